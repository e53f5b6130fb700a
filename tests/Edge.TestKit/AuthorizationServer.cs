using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.TestKit;

/// <summary>Somebody else's authorization server on loopback: a key set (RFC 7517) and introspection (RFC 7662), which a test can bend as it likes.</summary>
public sealed class AuthorizationServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _open;

    private AuthorizationServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapGet("/jwks", (HttpContext http) => AnswerAsync(http, Jwks, () => JwksRequests++));
        _app.MapPost("/introspect", IntrospectAsync);
    }

    /// <summary>Where it is, without a slash at the end. Also the <c>iss</c> of its tokens.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The key set's URI.</summary>
    public string JwksUri => Address + "/jwks";

    /// <summary>The endpoint of RFC 7662.</summary>
    public string IntrospectionUri => Address + "/introspect";

    /// <summary>What <c>/jwks</c> answers with.</summary>
    public string Jwks { get; set; } = """{"keys":[]}""";

    /// <summary>The status of every answer.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    /// <summary>Holds every answer back until it completes.</summary>
    public Task Delay { get; set; } = Task.CompletedTask;

    /// <summary>How often the key set was asked for.</summary>
    public int JwksRequests { get; private set; }

    /// <summary>How often a token was asked about.</summary>
    public int Questions { get; private set; }

    /// <summary>How many requests were at most open at once.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>What the last question carried as Authorization.</summary>
    public string? LastAuthorization { get; private set; }

    /// <summary>Answers by opaque token; for others the answer is that they are not active.</summary>
    public ConcurrentDictionary<string, string> Answers { get; } = [];

    /// <summary>A server that runs.</summary>
    public static async Task<AuthorizationServer> StartAsync()
    {
        var server = new AuthorizationServer();
        await server._app.StartAsync();
        server.Address = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return server;
    }

    /// <summary>Shows these keys, and no others.</summary>
    public void Show(params SigningParty[] parties) => Jwks = $$"""{"keys":[{{string.Join(',', parties.Select(p => p.Jwk))}}]}""";

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task IntrospectAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        LastAuthorization = http.Request.Headers.Authorization;
        await AnswerAsync(http, Answers.GetValueOrDefault(form["token"].ToString(), """{"active":false}"""), () => Questions++);
    }

    private async Task AnswerAsync(HttpContext http, string body, Action count)
    {
        lock (Answers)
        {
            count();
            MostAtOnce = Math.Max(MostAtOnce, ++_open);
        }

        await Delay.WaitAsync(http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (Answers) _open--; // before the answer, after which the next request may come
        http.Response.StatusCode = Status;
        if (Status is >= 300 and < 400) http.Response.Headers.Location = JwksUri;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body);
    }
}

/// <summary>A key of an authorization server, and tokens signed with it.</summary>
public sealed class SigningParty
{
    private readonly Func<byte[], byte[]> _sign;

    private SigningParty(string id, string algorithm, string jwk, Func<byte[], byte[]> sign) => (Id, Algorithm, Jwk, _sign) = (id, algorithm, jwk, sign);

    /// <summary>Its <c>kid</c>.</summary>
    public string Id { get; }

    /// <summary>Its algorithm.</summary>
    public string Algorithm { get; }

    /// <summary>Its public part.</summary>
    public string Jwk { get; }

    /// <summary>A fresh key for ES256, ES384, RS256 or PS256.</summary>
    public static SigningParty Make(string id, string algorithm = "ES256")
    {
        if (algorithm.StartsWith("ES", StringComparison.Ordinal))
        {
            var (curve, name, hash) = algorithm == "ES256"
                ? (ECCurve.NamedCurves.nistP256, "P-256", HashAlgorithmName.SHA256)
                : (ECCurve.NamedCurves.nistP384, "P-384", HashAlgorithmName.SHA384);
            var key = ECDsa.Create(curve);
            var q = key.ExportParameters(false).Q;
            return new(id, algorithm, $$"""{"kty":"EC","crv":"{{name}}","kid":"{{id}}","x":"{{Text(q.X!)}}","y":"{{Text(q.Y!)}}"}""", data => key.SignData(data, hash));
        }

        var rsa = RSA.Create(2048);
        var numbers = rsa.ExportParameters(false);
        var padding = algorithm == "RS256" ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss;
        return new(
            id, algorithm, $$"""{"kty":"RSA","alg":"{{algorithm}}","use":"sig","kid":"{{id}}","n":"{{Text(numbers.Modulus!)}}","e":"{{Text(numbers.Exponent!)}}"}""",
            data => rsa.SignData(data, HashAlgorithmName.SHA256, padding));
    }

    /// <summary>A token with these claims, in the order of the object.</summary>
    public string Token(JsonObject claims, string type = "at+jwt") =>
        Sign(new JsonObject { ["alg"] = Algorithm, ["typ"] = type, ["kid"] = Id }.ToJsonString(), claims.ToJsonString());

    /// <summary>Signs whatever header and payload.</summary>
    public string Sign(string header, string payload)
    {
        var signed = $"{Text(Encoding.UTF8.GetBytes(header))}.{Text(Encoding.UTF8.GetBytes(payload))}";
        return $"{signed}.{Text(_sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>An OAuth scope with topic scopes: pairs of <c>rw</c> and topic.</summary>
    public static string Scope(params (string Access, string Topic)[] scopes) =>
        Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(scopes.Select(s => new { rw = s.Access, topic = s.Topic })));

    private static string Text(byte[] data) => Base64Url.EncodeToString(data);
}
