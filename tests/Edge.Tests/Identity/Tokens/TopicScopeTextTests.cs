using System.Text;

using Edge.Identity.Tokens;

namespace Edge.Tests.Identity.Tokens;

public sealed class TopicScopeTextTests
{
    [Fact]
    public void Scopes_are_written_as_base64_json()
    {
        var text = TopicScopeText.Encode([new(TopicAccess.Write, "a/#"), new(TopicAccess.ReadWrite, "b \"+\"")]);

        Assert.DoesNotContain(' ', text);
        Assert.Equal("""[{"rw":"w","topic":"a/#"},{"rw":"rw","topic":"b \u0022\u002B\u0022"}]""", Encoding.UTF8.GetString(Convert.FromBase64String(text)));
        Assert.Equal([new(TopicAccess.Write, "a/#"), new(TopicAccess.ReadWrite, "b \"+\"")], TopicScopeText.Decode(text)!);
    }

    [Fact]
    public void Several_words_add_up_and_those_of_other_services_are_passed_over()
    {
        var scope = $"openid {Word("""[{"rw":"r","topic":"a"}]""")}  profile {Word("""[{"rw":"w","topic":"b"}]""")}";

        Assert.Equal([new(TopicAccess.Read, "a"), new(TopicAccess.Write, "b")], TopicScopeText.Decode(scope)!);
    }

    [Theory]
    [InlineData("""{"rw":"r","topic":"a"}""")]
    [InlineData("""[{"rw":"x","topic":"a"}]""")]
    [InlineData("""[{"rw":"","topic":"a"}]""")]
    [InlineData("""[{"rw":7,"topic":"a"}]""")]
    [InlineData("""[{"rw":"r","topic":""}]""")]
    [InlineData("""[{"rw":"r","topic":7}]""")]
    [InlineData("""[{"rw":"r"}]""")]
    [InlineData("""["r","a"]""")]
    [InlineData("""[{"rw":"r","topic":"\ud800"}]""")]
    [InlineData("not json")]
    [InlineData("")]
    public void What_is_not_understood_grants_nothing(string json) => Assert.Empty(TopicScopeText.Decode(Word(json))!);

    [Fact]
    public void More_scopes_than_a_token_may_hold_spoil_all_of_them()
    {
        string Many(int count) => Word("[" + string.Join(',', Enumerable.Repeat("""{"rw":"r","topic":"a"}""", count)) + "]");

        Assert.Equal(64, TopicScopeText.Decode(Many(64))!.Count);
        Assert.Null(TopicScopeText.Decode(Many(65)));
        Assert.Null(TopicScopeText.Decode($"{Many(40)} {Many(40)}"));
    }

    private static string Word(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json));
}
