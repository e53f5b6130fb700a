using Edge.Identity.Accounts;
using Edge.Identity.Sasl;

namespace Edge.Tests.Identity.Sasl;

/// <summary>RFC 5802 §6: what binds an exchange to its connection, and what notices somebody in between.</summary>
public sealed class ScramBindingTests
{
    private const string Password = "wherefore art thou";
    private const string Type = "tls-server-end-point";

    private static readonly byte[] Here = [1, 2, 3, 0, 255];

    private static readonly Account Romeo = PasswordKeys.Make(Password, 16).Of(new("romeo", Roles.None, default));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SCRAM-SHA-1")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512")]
    public async Task A_client_bound_to_this_connection_signs_in(string name)
    {
        var scram = ScramMechanism.Find(name)!;

        var (reply, client) = await RunAsync(scram, new(scram, "romeo", Password, $"p={Type},,", Here), Bound(mustBind: true));

        Assert.Equal("romeo", reply.Account?.Name);
        Assert.True(client.IsProven(reply.Text!));
    }

    [Fact]
    public async Task A_client_bound_to_another_connection_is_refused_with_the_remedy()
    {
        var (reply, _) = await RunAsync(ScramMechanism.Sha256, new(ScramMechanism.Sha256, "romeo", Password, $"p={Type},,", [9, 9]), Bound(mustBind: true));

        Assert.Equal("not-authorized", reply.Failure);
        Assert.Contains("another connection", reply.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_could_bind_and_was_told_that_we_cannot_is_refused_where_we_can()
    {
        var (reply, _) = await RunAsync(ScramMechanism.Sha256, new(ScramMechanism.Sha256, "romeo", Password, "y,,", []), Bound(mustBind: false));

        Assert.Equal("not-authorized", reply.Failure);
        Assert.Contains("channel binding was not offered", reply.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y,,")]
    [InlineData("n,,")]
    public async Task Where_nothing_can_be_bound_to_either_flag_is_true(string header)
    {
        var (reply, _) = await RunAsync(ScramMechanism.Sha256, new(ScramMechanism.Sha256, "romeo", Password, header, []), ScramTerms.Plain);
        Assert.Equal("romeo", reply.Account?.Name);
    }

    [Theory]
    [InlineData("p=tls-unique,,", true, "not-authorized")]
    [InlineData("p=,,", true, "not-authorized")]
    [InlineData("n,,", true, "malformed-request")]
    [InlineData("y,,", true, "malformed-request")]
    [InlineData("p=tls-server-end-point,,", false, "malformed-request")]
    [InlineData("q,,", true, "malformed-request")]
    public async Task A_flag_that_does_not_fit_is_refused(string header, bool mustBind, string condition)
    {
        var (reply, _) = await RunAsync(ScramMechanism.Sha256, new(ScramMechanism.Sha256, "romeo", Password, header, Here), Bound(mustBind));
        Assert.Equal(condition, reply.Failure);
    }

    [Theory]
    [InlineData("n,a=romeo@edge.local,", null)]
    [InlineData("n,a=juliet@edge.local,", "invalid-authzid")]
    [InlineData("n,a=ro=2meo,", "invalid-authzid")]
    [InlineData("n,romeo,", "invalid-authzid")]
    public async Task One_acts_as_oneself(string header, string? condition)
    {
        var terms = new ScramTerms { MayActAs = (name, wanted) => wanted == name + "@edge.local" };
        var (reply, _) = await RunAsync(ScramMechanism.Sha256, new(ScramMechanism.Sha256, "romeo", Password, header, []), terms);
        Assert.Equal(condition, reply.Failure);
    }

    private static ScramTerms Bound(bool mustBind) => new() { Bindings = new OneBinding(), MustBind = mustBind };

    private static async Task<(SaslReply Reply, ScramClient Client)> RunAsync(ScramMechanism scram, ScramClient client, ScramTerms terms)
    {
        var server = new ScramServer(scram, new OneAccount(Romeo), new(16), terms);
        var challenge = await server.NextAsync(client.First, Cancel);
        return challenge.Failure is not null ? (challenge, client) : (await server.NextAsync(client.Answer(challenge.Text!)!, Cancel), client);
    }

    private sealed class OneBinding : IChannelBindings
    {
        public IReadOnlyList<string> Types => [Type];

        public byte[]? Find(string type) => type == Type ? Here : null;
    }
}
