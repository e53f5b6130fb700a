using System.Text;

using Edge.Protocol;

namespace Edge.Tests.Protocol;

public sealed class SenMLTests
{
    [Fact]
    public void Base_values_apply_to_the_records_that_follow()
    {
        var pack = Parse("""[{"bn":"dev:","bt":1.5e9,"bu":"Cel","n":"in","v":21.50,"t":-5},{"n":"out","v":7,"u":"K"},{"bn":"","n":"on","vb":true}]""");

        Assert.Equal(3, pack!.Count);
        Assert.Equal(("dev:in", "Cel", 21.5, 2, 1.5e9 - 5), (pack.Get(0).Name, pack.Get(0).Unit, pack.Get(0).Number, pack.Get(0).Decimals, pack.Get(0).Time));
        Assert.Equal(("dev:out", "K", 0), (pack.Get(1).Name, pack.Get(1).Unit, pack.Get(1).Decimals));
        Assert.Equal(("on", SenMLKind.Boolean, true), (pack.Get(2).Name, pack.Get(2).Kind, pack.Get(2).Boolean));
    }

    [Fact]
    public void A_base_value_is_added_to_each_number()
    {
        var pack = Parse("""[{"bn":"x","bv":20},{"n":"1","v":1.5}]""");

        Assert.Equal(21.5, pack!.Get(0).Number);
        Assert.Equal(1, pack.Count);
    }

    [Fact]
    public void Significant_decimals_survive_a_round_trip()
    {
        var bytes = new SenMLPack().Add(SenMLRecord.OfNumber("temperature", "Cel", 21.5, 2)).Add(SenMLRecord.OfText("note", "ok")).ToBytes();

        Assert.Equal("""[{"n":"temperature","u":"Cel","v":21.50},{"n":"note","vs":"ok"}]""", Encoding.UTF8.GetString(bytes));
        Assert.Equal(2, SenMLPack.Parse(bytes, 0, bytes.Length).Get(0).Decimals);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""[{"v":1}]""")]
    [InlineData("""[{"n":"a","v":"1"}]""")]
    [InlineData("""[{"n":"a","v":1,"vb":true}]""")]
    [InlineData("""[{"n":"a b","v":1}]""")]
    [InlineData("""[{"n":"-a","v":1}]""")]
    [InlineData("""[{"n":7,"v":1}]""")]
    [InlineData("""[{"n":"a","u":7,"v":1}]""")]
    [InlineData("""[{"n":"a","t":"now","v":1}]""")]
    [InlineData("""[{"n":"a","vb":1}]""")]
    [InlineData("""[{"n":"a","vs":false}]""")]
    [InlineData("""[{"bver":11,"n":"a","v":1}]""")]
    [InlineData("""[{"n":"a","v":1,"must_":2}]""")]
    [InlineData("""[{"bt":"now","n":"a","v":1}]""")]
    public void What_is_no_pack_is_refused_whole(string text) => Assert.Null(Parse(text));

    private static SenMLPack? Parse(string text) => SenMLPack.Parse(Encoding.UTF8.GetBytes(text), 0, Encoding.UTF8.GetByteCount(text));
}
