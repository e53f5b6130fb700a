using System.Security.Cryptography;

using Edge.Protocol;

namespace Edge.Tests.Protocol;

public sealed class NamesTests
{
    [Fact]
    public void Topics_are_built_and_taken_apart()
    {
        Assert.True(NodeTopics.TryParse(NodeTopics.Up("esp32-1", NodeMessages.Hello), out var node, out var isUp, out var message));
        Assert.Equal(("esp32-1", true, "hello"), (node, isUp, message));
        Assert.True(NodeTopics.TryParse(NodeTopics.Down("a", NodeMessages.ClearCache), out _, out isUp, out message));
        Assert.Equal((false, "clearCache"), (isUp, message));
    }

    [Theory]
    [InlineData("")]
    [InlineData("edge/v1/")]
    [InlineData("edge/v1//up/hello")]
    [InlineData("edge/v1/ABC/up/hello")]
    [InlineData("edge/v1/a/up/")]
    [InlineData("edge/v1/a/up")]
    [InlineData("edge/v1/a/sideways/hello")]
    [InlineData("edge/v1/a/up/hello/more")]
    [InlineData("edge/v2/a/up/hello")]
    [InlineData("x/edge/v1/a/up/hello")]
    public void Other_topics_are_not_the_node_protocols(string topic) => Assert.False(NodeTopics.TryParse(topic, out _, out _, out _));

    [Theory]
    [InlineData("esp32-0a1b2c", true)]
    [InlineData("", false)]
    [InlineData("Esp", false)]
    [InlineData("a/b", false)]
    [InlineData("a+", false)]
    public void Node_ids_are_small_letters_digits_and_dashes(string id, bool valid) => Assert.Equal(valid, NodeId.IsValid(id));

    [Fact]
    public void A_node_id_has_at_most_64_characters()
    {
        Assert.True(NodeId.IsValid(new string('a', 64)));
        Assert.False(NodeId.IsValid(new string('a', 65)));
    }

    [Fact]
    public void Before_it_has_a_token_a_node_may_say_only_what_leads_to_one()
    {
        Assert.True(NodeMessages.IsBootstrap(NodeMessages.Hello));
        Assert.True(NodeMessages.IsBootstrap(NodeMessages.GetTokenChallengeResponse));
        Assert.False(NodeMessages.IsBootstrap(NodeMessages.Telemetry));
        Assert.False(NodeMessages.IsBootstrap(NodeMessages.CanRead));
    }

    [Fact]
    public void The_proof_is_an_hmac_over_challenge_and_node_id()
    {
        byte[] secret = [1, 2, 3], challenge = [4, 5];

        Assert.Equal(HMACSHA256.HashData(secret, (byte[])[4, 5, (byte)'n', (byte)'1']), TokenChallenge.Respond(secret, challenge, "n1"));
    }
}
