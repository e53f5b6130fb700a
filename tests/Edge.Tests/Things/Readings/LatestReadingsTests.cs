using Edge.Things;
using Edge.Things.Readings;

namespace Edge.Tests.Things.Readings;

public sealed class LatestReadingsTests
{
    private static readonly ThingId Thing = new(Jid.Parse("sensor@edge.local"));
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Keeps_the_newest_reading_of_each_field_and_tells_all()
    {
        await using var host = await ThingsHost.StartAsync();
        var latest = host.Get<ILatestReadings>();
        var told = host.Record<ReadingsArrived>();

        await latest.RecordAsync(Thing, [Number("b", 1, 0), Number("a", 2, 0)]);
        await latest.RecordAsync(Thing, [Number("b", 3, 5), Number("a", 4, -5)]);
        await latest.RecordAsync(Thing, []);

        Assert.Equal([("a", 2), ("b", 3)], latest.Of(Thing).Select(r => (r.Field, r.Value!.Value.AsNumber)));
        Assert.Equal(2, told.Count);
        Assert.Empty(latest.Of(new(Jid.Parse("other@edge.local"))));
    }

    [Fact]
    public async Task An_error_replaces_the_value_and_has_none()
    {
        await using var host = await ThingsHost.StartAsync();
        var latest = host.Get<ILatestReadings>();

        await latest.RecordAsync(Thing, [Number("a", 1, 0)]);
        await latest.RecordAsync(Thing, [new("a", null, Noon.AddSeconds(1), Quality.Error) { Text = "The meter is busy." }]);

        Assert.Null(Assert.Single(latest.Of(Thing)).Value);
    }

    [Fact]
    public async Task Fields_and_things_beyond_the_limits_are_told_but_not_kept()
    {
        await using var host = await ThingsHost.StartAsync(settings: [("maxFieldsPerThing", "2"), ("maxThings", "1")]);
        var latest = host.Get<ILatestReadings>();
        var told = host.Record<ReadingsArrived>();

        await latest.RecordAsync(Thing, [Number("a", 1, 0), Number("b", 1, 0), Number("c", 1, 0)]);
        await latest.RecordAsync(new(Jid.Parse("other@edge.local")), [Number("a", 1, 0)]);

        Assert.Equal(["a", "b"], latest.Of(Thing).Select(r => r.Field));
        Assert.Empty(latest.Of(new(Jid.Parse("other@edge.local"))));
        Assert.Equal(2, told.Count);
    }

    private static Reading Number(string field, double value, int seconds) => new(field, FieldValue.Number(value), Noon.AddSeconds(seconds));
}
