using System.Text;

using Edge.Protocol;

namespace Edge.Tests.Protocol;

public sealed class JsonTests
{
    [Fact]
    public void Every_kind_of_value_survives_writing_and_reading()
    {
        var written = new JsonObject()
            .Set("text", "a\"b\\c\n\u00e5\U0001F511").Set("yes", true).Set("small", -7).Set("big", 1L << 40)
            .Set("number", new JsonNumber(21.5, 2)).Set("nothing", null)
            .Set("list", new JsonArray().Add("x").Add(1)).Set("inner", new JsonObject().Set("k", "v"));
        var bytes = written.ToBytes();

        var read = JsonObject.Parse(bytes, 0, bytes.Length);

        Assert.Equal("a\"b\\c\n\u00e5\U0001F511", read.GetString("text", ""));
        Assert.True(read.GetBool("yes", false));
        Assert.Equal(-7, read.GetInt("small", 0));
        Assert.Equal(1L << 40, read.Get("big"));
        Assert.Equal(21.5, read.GetDouble("number", 0));
        Assert.Equal(2, ((JsonNumber)read.Get("number")).Decimals);
        Assert.True(read.Has("nothing"));
        Assert.Null(read.Get("nothing"));
        Assert.Equal(written.ToString(), read.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":1}x")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":1.}")]
    [InlineData("{\"a\":.5}")]
    [InlineData("{\"a\":1e}")]
    [InlineData("{\"a\":1e999}")]
    [InlineData("{\"a\":tru}")]
    [InlineData("{\"a\":\"\\x\"}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"a\":\"\\u0000\"}")]
    [InlineData("{\"a\":\"\\udc00\"}")]
    [InlineData("{\"a\":\"\\u12\"}")]
    [InlineData("{\"a\":\"tab\there\"}")]
    [InlineData("{'a':1}")]
    [InlineData("{a:1}")]
    [InlineData("[1]")]
    [InlineData("{\"a\":\"\\")]
    public void What_is_no_json_object_is_refused(string text) => Assert.Null(Parse(text));

    [Fact]
    public void Malformed_utf8_is_refused()
    {
        byte[] overlong = [.. "{\"a\":\""u8, 0xC0, 0xAF, .. "\"}"u8];
        byte[] cut = [.. "{\"a\":\""u8, 0xE2, 0x82, .. "\"}"u8];
        byte[] surrogate = [.. "{\"a\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8];

        Assert.Null(JsonObject.Parse(overlong, 0, overlong.Length));
        Assert.Null(JsonObject.Parse(cut, 0, cut.Length));
        Assert.Null(JsonObject.Parse(surrogate, 0, surrogate.Length));
    }

    [Fact]
    public void Nesting_and_length_are_bounded()
    {
        Assert.NotNull(Parse(Nested(JsonReader.MaxDepth)));
        Assert.Null(Parse(Nested(JsonReader.MaxDepth + 1)));
        Assert.NotNull(Parse("{\"a\":\"" + new string('x', JsonReader.MaxBytes - 8) + "\"}"));
        Assert.Null(Parse("{\"a\":\"" + new string('x', JsonReader.MaxBytes - 7) + "\"}"));
    }

    [Fact]
    public void A_part_of_a_larger_buffer_is_read_and_no_byte_beyond()
    {
        var buffer = "xx{\"a\":1}yy"u8.ToArray();

        Assert.Equal(1, JsonObject.Parse(buffer, 2, 7).GetInt("a", 0));
        Assert.Null(JsonObject.Parse(buffer, 2, 8));
        Assert.Null(JsonObject.Parse(buffer, 2, 100));
    }

    [Fact]
    public void Mutated_texts_never_throw()
    {
        var random = new Random(324);
        var seed = Encoding.UTF8.GetBytes("""{"id":7,"fields":["temperature","humidity"],"v":21.50,"deep":{"a":[true,false,null,-1.5e3,"\u00e5\ud83d\ude00"]}}""");
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = seed.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var length = random.Next(bytes.Length + 1);

            if (JsonObject.Parse(bytes, 0, length) is { } value) Assert.NotNull(JsonObject.Parse(value.ToBytes(), 0, value.ToBytes().Length));
        }
    }

    private static JsonObject? Parse(string text) => JsonObject.Parse(Encoding.UTF8.GetBytes(text), 0, Encoding.UTF8.GetByteCount(text));

    // The outermost object is at depth 0, and its value the first list at depth 1.
    private static string Nested(int depth) => "{\"a\":" + new string('[', depth) + new string(']', depth) + "}";
}
