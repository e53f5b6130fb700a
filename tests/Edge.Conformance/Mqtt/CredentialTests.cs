using System.Text.Json.Nodes;

using Edge.Identity.Accounts;
using Edge.Identity.Tokens;
using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>Every credential as strangers' programs show it: Eclipse Mosquitto's clients and Paho over TLS, tokens of an authorization server on loopback.</summary>
public sealed class CredentialTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly SigningParty _key = SigningParty.Make("2026-1", "RS256");
    private AuthorizationServer _server = null!;
    private BrokerHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await AuthorizationServer.StartAsync();
        _server.Show(_key);
        await File.WriteAllTextAsync(_folder.File("secret"), "secret\n", Cancel);
        _host = await BrokerHost.StartAsync(
            _folder.Path,
            "identity:issuers:0:name=idp", $"identity:issuers:0:issuer={_server.Address}", "identity:issuers:0:audience=edge-mqtt", $"identity:issuers:0:jwksUri={_server.JwksUri}",
            "identity:introspection:0:name=oauth", $"identity:introspection:0:endpoint={_server.IntrospectionUri}", "identity:introspection:0:clientId=edge",
            $"identity:introspection:0:clientSecretFile={_folder.File("secret")}",
            "authentication:grants:0:who=user:juliet@edge.local", "authentication:grants:0:topics:0:rw=rw", "authentication:grants:0:topics:0:topic=home/%u/#");
        await _host.Get<IAccounts>().CreateAsync("juliet", "o, be some other name", Roles.Owner, Cancel);
    }

    [Fact]
    public async Task A_token_of_a_foreign_issuer_publishes_what_its_scope_grants()
    {
        await ExpectDeliveredAsync("home/lamp", () => _host.MosquittoAs("mosquitto_pub", "lamp", "whoever", Jwt(600, ("w", "home/#")), "-t", "home/lamp", "-m", "on", "-q", "1"));
    }

    [Fact]
    public async Task An_opaque_token_publishes_what_its_server_says()
    {
        _server.Answers["0a1b2c"] = $$"""{"active":true,"sub":"juliet","client_id":"lamp","scope":"{{SigningParty.Scope(("w", "home/#"))}}"}""";
        await ExpectDeliveredAsync("home/lamp", () => _host.MosquittoAs("mosquitto_pub", "lamp", "token", "0a1b2c", "-t", "home/lamp", "-m", "on", "-q", "1"));
    }

    [Theory]
    [InlineData("juliet")]
    [InlineData("juliet@edge.local")]
    public async Task A_user_name_and_a_password_publish_what_the_configuration_grants(string userName)
    {
        const string Topic = "home/juliet@edge.local/lamp";
        await ExpectDeliveredAsync(Topic, () => _host.MosquittoAs("mosquitto_pub", "lamp", userName, "o, be some other name", "-t", Topic, "-m", "on", "-q", "1"));
    }

    [Theory]
    [InlineData("juliet", "wrong")]
    [InlineData("nobody", "o, be some other name")]
    [InlineData("token", "unknown-token")]
    [InlineData("token", "expired")]
    [InlineData("token", "foreign-key")]
    public async Task What_does_not_do_is_refused_as_not_authorized(string userName, string password)
    {
        password = password switch
        {
            "expired" => Jwt(-600, ("rw", "#")),
            "foreign-key" => SigningParty.Make("2026-1", "RS256").Token(Claims(600, ("rw", "#"))),
            _ => password,
        };

        await using var refused = _host.MosquittoAs("mosquitto_pub", "lamp", userName, password, "-t", "home/lamp", "-m", "on");

        Assert.Equal(5, (await refused.EndAsync()).Code); // mosquitto's exit code is the return code of CONNACK
    }

    [Fact]
    public async Task Paho_gets_what_its_token_grants_until_the_scope_is_changed_and_is_cut_off_when_it_is_taken_back()
    {
        var token = _host.Tokens.Issue("juliet@edge.local", "phone", [new(TopicAccess.Read, "home/#"), new(TopicAccess.Read, "news/#")]).Value;
        await using var paho = PeerProcess.Start(
            Peer.RequirePython("paho.mqtt.client"),
            [Path.Combine(AppContext.BaseDirectory, "Mqtt", "paho_listener.py"), $"{_host.TlsPort}", _host.CaFile, token, "home/#", "news/#"]);
        await _host.SubscribedAsync("home/lamp");
        await _host.SubscribedAsync("news/today");

        await _host.Get<ITokenScopes>().ChangeScopesAsync("phone", [new(TopicAccess.Read, "news/#")], Cancel);
        await _host.Publisher.PublishAsync(new("home/lamp", "not any more"u8.ToArray()), Cancel);
        await _host.Publisher.PublishAsync(new("news/today", "still"u8.ToArray()), Cancel);
        await paho.SaysAsync("news/today still");
        await _host.Tokens.RevokeClientAsync("phone", Cancel);

        var (code, output) = await paho.EndAsync();
        Assert.Equal(0, code);
        Assert.Equal("news/today still\ncut off", output.ReplaceLineEndings("\n"));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task ExpectDeliveredAsync(string topic, Func<PeerProcess> publish)
    {
        await using var watcher = _host.Mosquitto("mosquitto_sub", "watch", _host.Token("watch", "r #"), "-t", "#", "-C", "1", "-W", "20", "-v");
        await _host.SubscribedAsync(topic);

        await using var publisher = publish();

        Assert.Equal((0, ""), await publisher.EndAsync());
        Assert.Equal((0, $"{topic} on"), await watcher.EndAsync());
    }

    private string Jwt(int seconds, params (string, string)[] scopes) => _key.Token(Claims(seconds, scopes));

    private JsonObject Claims(int seconds, params (string, string)[] scopes)
    {
        var now = _host.Clock.GetUtcNow().ToUnixTimeSeconds();
        return new()
        {
            ["iss"] = _server.Address,
            ["aud"] = "edge-mqtt",
            ["sub"] = "juliet",
            ["azp"] = "lamp",
            ["iat"] = now - 1200,
            ["exp"] = now + seconds,
            ["scope"] = "openid " + SigningParty.Scope(scopes),
        };
    }
}
