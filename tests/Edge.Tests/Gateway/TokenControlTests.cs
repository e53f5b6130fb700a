using System.Net;
using System.Net.Http.Json;

using Edge.Gateway.Control;
using Edge.Gateway.Hosting;
using Edge.Identity.Tokens;
using Edge.TestKit;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Gateway;

/// <summary>What the commands <c>token issue|revoke|scopes</c> ask of the gateway that runs.</summary>
public sealed class TokenControlTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private GatewayHost _gateway = null!;
    private ControlClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ITokenService Tokens => _gateway.Services.GetRequiredService<ITokenService>();

    public async ValueTask InitializeAsync()
    {
        _gateway = await SmallGateway.StartAsync(_folder, ("listeners:http:enabled", "true"), ("listeners:http:port", "0"));
        _client = new(SmallGateway.Data(_folder));
    }

    [Fact]
    public async Task An_issued_token_says_what_was_asked_for_until_it_is_taken_back()
    {
        var token = await IssueAsync("juliet@edge.local", "phone", new ScopeLine("rw", "home/#"), new ScopeLine("r", "news/+"));

        var claims = Tokens.Validate(token).Claims!;
        Assert.Equal(("juliet@edge.local", "phone"), (claims.Subject, claims.ClientId));
        Assert.Equal([new(TopicAccess.ReadWrite, "home/#"), new(TopicAccess.Read, "news/+")], claims.Scopes);

        using var revoked = await _client.PostAsync("tokens/revoke", new ClientChange("phone"), Cancel);
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        Assert.Equal(TokenError.Revoked, Tokens.Validate(token).Error);
    }

    [Fact]
    public async Task Changed_scopes_hold_for_the_token_that_is_out()
    {
        var token = await IssueAsync("juliet@edge.local", "phone", new ScopeLine("rw", "home/#"));

        using var changed = await _client.PostAsync("tokens/scopes", new ClientChange("phone", [new("r", "home/door")]), Cancel);

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal([new(TopicAccess.Read, "home/door")], Tokens.Validate(token).Claims!.Scopes);
    }

    [Theory]
    [InlineData("", "phone", "rw", "home/#", 60, "subject")]
    [InlineData("juliet", "", "rw", "home/#", 60, "client")]
    [InlineData("juliet", "a\nb", "rw", "home/#", 60, "client")]
    [InlineData("juliet", "phone", "x", "home/#", 60, "is no scope")]
    [InlineData("juliet", "phone", "rw", "home/#/door", 60, "is no scope")]
    [InlineData("juliet", "phone", "rw", "", 60, "is no scope")]
    [InlineData("juliet", "phone", "rw", "home", 1, "30 to 31536000")]
    public async Task A_wish_that_cannot_be_met_is_refused_with_the_remedy(string subject, string client, string access, string topic, int seconds, string expected)
    {
        using var answer = await _client.PostAsync("tokens", new TokenWish(subject, client, [new(access, topic)], seconds), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_would_be_too_long_is_refused_with_the_key()
    {
        var scopes = Enumerable.Range(0, 60).Select(i => new ScopeLine("rw", $"a/rather/long/topic/filter/{i}/#")).ToList();

        using var answer = await _client.PostAsync("tokens", new TokenWish("juliet", "phone", scopes, 60), Cancel);

        Assert.Contains("identity:maxTokenBytes", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_portals_listener_knows_nothing_of_it()
    {
        using var http = new HttpClient { BaseAddress = new($"http://localhost:{_gateway.Endpoints.Http}") };

        using var answer = await http.PostAsJsonAsync("/control/tokens", new TokenWish("juliet", "phone", [], 60), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.StopAsync(CancellationToken.None);
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<string> IssueAsync(string subject, string client, params ScopeLine[] scopes)
    {
        using var answer = await _client.PostAsync("tokens", new TokenWish(subject, client, scopes, 60), Cancel);
        return (await answer.Content.ReadFromJsonAsync<TokenGiven>(Cancel))!.Token;
    }
}
