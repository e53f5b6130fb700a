using System.Net;
using System.Net.Http.Json;

using Edge.Gateway.Control;
using Edge.Gateway.Hosting;
using Edge.Identity.Devices;
using Edge.Identity.Pending;
using Edge.Identity.Tokens;
using Edge.TestKit;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Gateway;

/// <summary>What the commands <c>pending list|allow|deny</c> ask of the gateway that runs.</summary>
public sealed class PendingControlTests : IAsyncLifetime
{
    private const string Here = "192.0.2.7";

    private readonly TempFolder _folder = new();
    private GatewayHost _gateway = null!;
    private ControlClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IPendingDevices Pending => _gateway.Services.GetRequiredService<IPendingDevices>();

    public async ValueTask InitializeAsync()
    {
        _gateway = await SmallGateway.StartAsync(_folder);
        _client = new(SmallGateway.Data(_folder));
    }

    [Fact]
    public async Task A_client_that_is_let_in_gets_a_token_with_the_scopes_given_and_waits_no_more()
    {
        Pending.Saw("lamp", Here, PendingKind.Client, "came");

        using var answer = await AllowAsync(new(new("lamp"), [new("rw", "home/lamp/#")], 600));

        var allowed = (await answer.Content.ReadFromJsonAsync<PendingAllowed>(Cancel))!;
        var claims = _gateway.Services.GetRequiredService<ITokenService>().Validate(allowed.Token!).Claims!;
        Assert.Equal("lamp", claims.Subject);
        Assert.Equal([new(TopicAccess.ReadWrite, "home/lamp/#")], claims.Scopes);
        Assert.Empty((await ListAsync()).Waiting);
    }

    [Fact]
    public async Task A_node_that_is_let_in_is_in_the_factory_manifest_with_the_secret_told()
    {
        Pending.Saw("esp32-1", Here, PendingKind.Node, "came");

        using var answer = await AllowAsync(new(new("esp32-1"), [], 600));

        var allowed = (await answer.Content.ReadFromJsonAsync<PendingAllowed>(Cancel))!;
        var device = await _gateway.Services.GetRequiredService<IDeviceSecrets>().FindAsync("esp32-1", Cancel);
        Assert.Equal(Convert.ToBase64String(device!.Secret), allowed.NodeSecret);
    }

    [Fact]
    public async Task A_node_may_keep_the_secret_that_it_was_flashed_with()
    {
        Pending.Saw("esp32-1", Here, PendingKind.Node, "came");
        var secret = Convert.ToBase64String(new byte[32]);

        using var answer = await AllowAsync(new(new("esp32-1"), [], 600, secret));

        Assert.Null((await answer.Content.ReadFromJsonAsync<PendingAllowed>(Cancel))!.NodeSecret);
        var device = await _gateway.Services.GetRequiredService<IDeviceSecrets>().FindAsync("esp32-1", Cancel);
        Assert.Equal(new byte[32], device!.Secret);
    }

    [Fact]
    public async Task A_denied_device_is_listed_as_such_until_that_is_taken_back()
    {
        Pending.Saw("lamp", Here, PendingKind.Client, "came");
        using var denied = await _client.PostAsync("pending/deny", new PendingName("lamp"), Cancel);
        Assert.Equal("lamp", Assert.Single((await ListAsync()).Denied).ClientId);

        using var forgiven = await _client.PostAsync("pending/forgive", new PendingName("lamp"), Cancel);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (denied.StatusCode, forgiven.StatusCode));
        Assert.Empty((await ListAsync()).Denied);
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_with_the_remedy()
    {
        Pending.Saw("lamp", Here, PendingKind.Client, "came");
        Pending.Saw("lamp", "192.0.2.8", PendingKind.Client, "came");
        Pending.Saw("esp32-1", Here, PendingKind.Node, "came");

        await RefusedAsync("Several devices call themselves lamp: give --address", new(new("lamp"), [new("r", "a")], 60));
        await RefusedAsync("No such device", new(new("nobody"), [], 60));
        await RefusedAsync("Say what it may do", new(new("lamp", Here), [], 60));
        await RefusedAsync("is no scope", new(new("lamp", Here), [new("x", "a")], 60));
        await RefusedAsync("30 to 31536000", new(new("lamp", Here), [new("r", "a")], 1));
        await RefusedAsync("base64 of 16 to 64 bytes", new(new("esp32-1"), [], 60, "short"));
        Assert.Equal(3, Pending.Waiting.Count);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.StopAsync(CancellationToken.None);
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    private async Task RefusedAsync(string expected, PendingAllowance wish)
    {
        using var answer = await AllowAsync(wish);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> AllowAsync(PendingAllowance wish) => _client.PostAsync("pending/allow", wish, Cancel);

    private async Task<PendingLists> ListAsync()
    {
        using var answer = await _client.GetAsync("pending", Cancel);
        return (await answer.Content.ReadFromJsonAsync<PendingLists>(Cancel))!;
    }
}
