using Edge.Portal.Views;
using Edge.Things;
using Edge.Things.Readings;

namespace Edge.Tests.Portal.Views;

public sealed class WordsTests
{
    [Theory]
    [InlineData("temperature", "Temperature")]
    [InlineData("supplyVoltage", "Supply voltage")]
    [InlineData("supply_voltage", "Supply voltage")]
    [InlineData("led", "LED")]
    [InlineData("L1", "L1")]
    [InlineData("", "")]
    public void Names_are_said_as_people_write_them(string name, string label) => Assert.Equal(label, Words.Label(name));

    [Fact]
    public void Values_keep_their_significant_decimals_and_get_their_unit()
    {
        Assert.Equal("21.50 °C", Words.Value(FieldValue.Number(21.5, 2), "Cel"));
        Assert.Equal("40 %", Words.Value(FieldValue.Number(40), "%RH"));
        Assert.Equal("12,345.679 kWh", Words.Value(FieldValue.Number(12345.6789), "kWh"));
        Assert.Equal("on", Words.Value(FieldValue.Boolean(true), null));
        Assert.Equal("7", Words.Value(FieldValue.Integer(7), null));
    }

    [Theory]
    [InlineData(0, "just now")]
    [InlineData(59, "59 s ago")]
    [InlineData(60, "1 min ago")]
    [InlineData(7_200, "2 h ago")]
    [InlineData(200_000, "2 days ago")]
    public void Ages_are_rounded_down(int seconds, string words) => Assert.Equal(words, Words.Ago(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Keys_of_things_differ_and_fit_into_a_path()
    {
        var here = Jid.Parse("concentrator.edge.local");
        ThingId[] things =
        [
            new(here), new(here, new("n", "mqtt")), new(here, new("n", "mqtt", "p")), new(here, new("a/b", "mqtt")), new(here, new("a", "mqtt", "b")),
            new(here, new("a b%?#", "mqtt")), new(Jid.Parse("x@edge.local")), new(Jid.Parse("other.edge.local"), new("n", "mqtt")),
        ];

        var keys = things.Select(t => ThingKey.Of(t, here)).ToList();

        Assert.Equal(things.Length, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Matches("^[A-Za-z0-9._~/-]+$", key));
        Assert.Equal("mqtt/n", keys[1]);
    }
}
