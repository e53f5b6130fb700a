using System.Text;

using Edge.Protocol;

namespace Edge.Tests.Protocol;

/// <summary>The examples of RFC 8428 §5.1, resolved (§4.6).</summary>
public sealed class SenMLExamplesTests
{
    [Theory]
    [InlineData("""[{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}]""", "urn:dev:ow:10e2073a01080063 23.1 Cel 0")]
    [InlineData(
        """[{"bn":"urn:dev:ow:10e2073a01080063:","n":"voltage","u":"V","v":120.1},{"n":"current","u":"A","v":1.2}]""",
        "urn:dev:ow:10e2073a01080063:voltage 120.1 V 0|urn:dev:ow:10e2073a01080063:current 1.2 A 0")]
    [InlineData(
        """
        [{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,"n":"voltage","u":"V","v":120.1},
         {"n":"current","t":-5,"v":1.2},{"n":"current","v":1.7}]
        """,
        "urn:dev:ow:10e2073a0108006:voltage 120.1 V 1276020076.001|urn:dev:ow:10e2073a0108006:current 1.2 A 1276020071.001"
        + "|urn:dev:ow:10e2073a0108006:current 1.7 A 1276020076.001")]
    [InlineData(
        """
        [{"bn":"urn:dev:ow:10e2073a01080063","bt":1.320067464e+09,"bu":"%RH","v":20},
         {"u":"lon","v":24.30621},{"u":"lat","v":60.07965},{"t":60,"v":20.3}]
        """,
        "urn:dev:ow:10e2073a01080063 20 %RH 1320067464|urn:dev:ow:10e2073a01080063 24.30621 lon 1320067464"
        + "|urn:dev:ow:10e2073a01080063 60.07965 lat 1320067464|urn:dev:ow:10e2073a01080063 20.3 %RH 1320067524")]
    public void Numbers_resolve(string json, string expected) => Assert.Equal(expected, Resolve(json));

    [Fact]
    public void Other_types_resolve_and_data_is_passed_over()
    {
        var pack = Parse("""
            [{"bn":"urn:dev:ow:10e2073a01080063:","n":"temp","u":"Cel","v":23.1},
             {"n":"label","vs":"Machine Room"},{"n":"open","vb":false},{"n":"nfc-reader","vd":"aGkgCg"}]
            """)!;
        Assert.Equal(3, pack.Count);
        Assert.Equal("Machine Room", pack.Get(1).Text);
        Assert.Equal((SenMLKind.Boolean, false), (pack.Get(2).Kind, pack.Get(2).Boolean));
    }

    private static string Resolve(string json)
    {
        var pack = Parse(json)!;
        return string.Join("|", Enumerable.Range(0, pack.Count).Select(pack.Get).Select(r => $"{r.Name} {r.Number} {r.Unit} {r.Time}"));
    }

    private static SenMLPack? Parse(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return SenMLPack.Parse(bytes, 0, bytes.Length);
    }
}
