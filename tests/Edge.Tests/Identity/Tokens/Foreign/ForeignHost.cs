using System.Text.Json.Nodes;

using Edge.Identity.Tokens;
using Edge.TestKit;

namespace Edge.Tests.Identity.Tokens.Foreign;

/// <summary>Identity with one foreign issuer, called "idp", whose server runs on loopback.</summary>
internal sealed class ForeignHost : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly IdentityHost _identity;

    private ForeignHost(AuthorizationServer server, IdentityHost identity, TempFolder folder) => (Server, _identity, _folder) = (server, identity, folder);

    public AuthorizationServer Server { get; }

    public ManualClock Clock => _identity.Clock;

    public IBearerTokens Tokens => _identity.Get<IBearerTokens>();

    public ITokenService Own => _identity.Get<ITokenService>();

    public IReadOnlyCollection<string> Log => _identity.Log.Lines;

    /// <summary>Settings are keys of the issuer, such as <c>("cacheMinutes", "5")</c>.</summary>
    public static async Task<ForeignHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var server = await AuthorizationServer.StartAsync();
        (string, string)[] all =
        [
            ("issuers:0:name", "idp"), ("issuers:0:issuer", server.Address), ("issuers:0:audience", "edge-mqtt"), ("issuers:0:jwksUri", server.JwksUri),
            .. settings.Select(s => ($"issuers:0:{s.Key}", s.Value)),
        ];
        var folder = new TempFolder();
        return new(server, await IdentityHost.StartAsync(folder, settings: all), folder);
    }

    /// <summary>Claims that are good for ten minutes.</summary>
    public JsonObject Claims(params (string Name, JsonNode? Value)[] others)
    {
        var now = Clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Server.Address,
            ["sub"] = "juliet",
            ["aud"] = "edge-mqtt",
            ["client_id"] = "dashboard",
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 600,
            ["jti"] = "1",
            ["scope"] = SigningParty.Scope(("r", "home/#")),
        };
        foreach (var (name, value) in others)
        {
            if (value is null) claims.Remove(name);
            else claims[name] = value;
        }

        return claims;
    }

    public async Task<TokenValidation> ValidateAsync(string token) => await Tokens.ValidateAsync(token, cancel: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _identity.DisposeAsync();
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
