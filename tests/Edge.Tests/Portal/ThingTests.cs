using Edge.Tests.Portal.Kit;
using Edge.Things.Nodes;
using Edge.Things.Readings;
using Edge.Things.Registry;

namespace Edge.Tests.Portal;

public sealed class ThingTests
{
    [Fact]
    public async Task An_owner_sees_values_with_how_far_they_can_be_trusted()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        var now = host.Get<TimeProvider>().GetUtcNow();
        await host.RecordAsync(
            new Reading("humidity", null, now, Quality.Error) { Text = "the sensor did not answer" },
            new Reading("pressure", FieldValue.Number(1013.2, 1), now.AddMinutes(-10)) { Unit = "hPa" });
        using var anna = await host.OpenAsync("anna");

        var text = (await anna.GetAsync("/")).Text;

        Assert.Contains("Temperature 21.5 °C fresh, just now", text, StringComparison.Ordinal);
        Assert.Contains("Humidity – no value: the sensor did not answer", text, StringComparison.Ordinal);
        Assert.Contains("Pressure 1013.2 hPa late, 10 min ago", text, StringComparison.Ordinal);
        Assert.Contains("State: online", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_a_thing_says_what_the_registry_knows_but_never_its_key()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        using var anna = await host.OpenAsync("anna");

        var page = await anna.GetAsync("/things/mqtt/sensor-1");

        Assert.Contains("Made by edge.example", page.Text, StringComparison.Ordinal);
        Assert.Contains("Serial number 100-1", page.Text, StringComparison.Ordinal);
        Assert.Contains("Version 1.2", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("sensor-key", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_switches_and_sets_as_himself()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        using var anna = await host.OpenAsync("anna");

        var on = await anna.SubmitAsync("/", "/things/set", ("parameter", "led"), ("value", "true"));
        Assert.Contains("Done: LED of Sensor 1 is set to on.", (await anna.FollowAsync(on)).Text, StringComparison.Ordinal);
        var set = await anna.SubmitAsync("/things/mqtt/sensor-1", "/things/set", ("parameter", "interval"), ("value", "60"));

        Assert.Equal("/things/mqtt/sensor-1", set.Location);
        Assert.Equal([FieldValue.Boolean(true), FieldValue.Integer(60)], host.Home.Controls.Select(c => c.Parameters.Single().Value));
        Assert.All(host.Home.Controls, c => Assert.Equal(PortalHost.Anna, c.From));
    }

    [Theory]
    [InlineData(NodeOutcome.Unreachable, "Sensor 1 did not answer")]
    [InlineData(NodeOutcome.BadValue, "does not take on for LED (too bright)")]
    [InlineData(NodeOutcome.Forbidden, "refused to set LED")]
    [InlineData(NodeOutcome.Failed, "answered with an error")]
    [InlineData(NodeOutcome.NotFound, "has nothing called LED")]
    public async Task What_did_not_work_is_said_in_words(NodeOutcome outcome, string said)
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        host.Home.NextControl = new(outcome, [], "led", "too bright.");
        using var anna = await host.OpenAsync("anna");

        var answer = await anna.SubmitAsync("/", "/things/set", ("parameter", "led"), ("value", "true"));

        Assert.Contains(said, (await anna.FollowAsync(answer)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("interval", "soon", "give a whole number")]
    [InlineData("interval", "1.5", "give a whole number")]
    [InlineData("led", "maybe", "choose on or off")]
    [InlineData("volume", "11", "nothing called volume")]
    public async Task A_value_that_makes_no_sense_never_reaches_the_thing(string parameter, string value, string said)
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        using var anna = await host.OpenAsync("anna");

        var answer = await anna.SubmitAsync("/", "/things/set", ("parameter", parameter), ("value", value));

        Assert.Contains(said, (await anna.FollowAsync(answer)).Text, StringComparison.Ordinal);
        Assert.Empty(host.Home.Controls);
    }

    [Fact]
    public async Task After_setting_only_a_path_of_the_portal_is_followed()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        using var anna = await host.OpenAsync("anna");

        var answer = await anna.SubmitAsync("/", "/things/set", ("parameter", "led"), ("value", "true"), ("back", "//evil.example/"));

        Assert.Equal("/", answer.Location);
    }

    [Fact]
    public async Task A_thing_can_be_renamed_and_given_up_but_only_with_the_box_ticked()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        using var anna = await host.OpenAsync("anna");

        await anna.SubmitAsync("/things/mqtt/sensor-1", "/things/rename", ("name", "Kitchen <b>"));
        Assert.Contains("Kitchen &lt;b&gt;", (await anna.GetAsync("/")).Html, StringComparison.Ordinal);
        var unsure = await anna.SubmitAsync("/things/mqtt/sensor-1", "/things/disown");
        Assert.Contains("tick the box", (await anna.FollowAsync(unsure)).Text, StringComparison.Ordinal);
        var sure = await anna.SubmitAsync("/things/mqtt/sensor-1", "/things/disown", ("sure", "yes"));

        Assert.Contains("You gave up Kitchen <b>.", (await anna.FollowAsync(sure)).Text, StringComparison.Ordinal);
        Assert.Null(host.Get<IThingRegistry>().Find(host.Sensor)?.Owner);
    }

    [Fact]
    public async Task Whoever_owns_nothing_is_told_how_to_begin()
    {
        await using var host = await PortalHost.StartAsync();
        using var bert = await host.OpenAsync("bert");

        Assert.Contains("Claim your first thing", (await bert.GetAsync("/")).Text, StringComparison.Ordinal);
    }
}
