using System.Net;
using System.Net.Http.Json;

using Edge.Gateway.Control;
using Edge.Gateway.Hosting;
using Edge.Identity.Accounts;
using Edge.TestKit;
using Edge.Xmpp;
using Edge.Xmpp.Client;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Gateway;

/// <summary>What the commands <c>sessions …</c> and <c>trace</c> ask of the gateway that runs.</summary>
public sealed class XmppControlTests : IAsyncLifetime
{
    private const string Password = "o, be some other name";

    private readonly TempFolder _folder = new();
    private GatewayHost _gateway = null!;
    private ControlClient _control = null!;
    private XmppClient _juliet = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await SmallGateway.StartAsync(
            _folder, ("identity:scramIterations", "4096"), ("listeners:xmpp:enabled", "true"), ("listeners:xmpp:address", "localhost"), ("listeners:xmpp:port", "0"), ("listeners:xmpp:allowPlain", "true"));
        Assert.Equal(AccountError.None, await _gateway.Services.GetRequiredService<IAccounts>().CreateAsync("juliet", Password, Roles.None, Cancel));
        _juliet = await XmppClient.ConnectAsync(
            new() { Host = "localhost", Port = _gateway.Endpoints.Xmpp, Domain = "edge.local", User = "juliet", Password = Password, Resource = "balcony", AllowPlain = true }, TimeProvider.System, Cancel);
        _control = new(SmallGateway.Data(_folder));
    }

    [Fact]
    public async Task Who_is_online_is_listed_and_ended()
    {
        var line = Assert.Single(await ListAsync("sessions"));
        Assert.Equal("juliet@edge.local/balcony", line.Address);
        Assert.Single(await ListAsync("sessions?account=juliet"));
        Assert.Empty(await ListAsync("sessions?account=romeo"));

        Assert.Contains("sessions list", await RefusedAsync("sessions/end", new SessionName("juliet@edge.local/gone")), StringComparison.Ordinal);
        using (var answer = await _control.PostAsync("sessions/end", new SessionName(line.Address), Cancel)) Assert.True(answer.IsSuccessStatusCode);
        await Eventually.HoldsAsync(() => _juliet.Incoming.Completion.IsCompleted);
        await Eventually.HoldsAsync(() => _gateway.Services.GetRequiredService<IXmppSessions>().List(null).Count == 0);
    }

    [Fact]
    public async Task A_trace_is_begun_in_the_data_folder_and_ended()
    {
        using var answer = await _control.PostAsync("traces", new TraceWish("Juliet@edge.local", 5), Cancel);
        var given = (await answer.Content.ReadFromJsonAsync<TraceGiven>(Cancel))!;
        Assert.StartsWith(Path.Combine(Path.GetFullPath(SmallGateway.Data(_folder)), "traces"), given.File, StringComparison.Ordinal);
        await _juliet.SendPresenceAsync(Cancel);
        await Eventually.HoldsAsync(() => Read(given.File!).Contains("<presence", StringComparison.Ordinal));

        Assert.Contains("traced already", await RefusedAsync("traces", new TraceWish("juliet", 5)), StringComparison.Ordinal);
        Assert.Contains("xmpp:trace:maxMinutes", await RefusedAsync("traces", new TraceWish("romeo", 100_000)), StringComparison.Ordinal);
        using (var stopped = await _control.PostAsync("traces", new TraceWish("juliet", null), Cancel)) Assert.True(stopped.IsSuccessStatusCode);
        Assert.Contains("juliet is not traced", await RefusedAsync("traces", new TraceWish("juliet", null)), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _juliet.DisposeAsync();
        _control.Dispose();
        await _gateway.StopAsync(Cancel);
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    private static string Read(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private async Task<List<XmppSessionFacts>> ListAsync(string path)
    {
        using var answer = await _control.GetAsync(path, Cancel);
        return (await answer.Content.ReadFromJsonAsync<List<XmppSessionFacts>>(Cancel))!;
    }

    private async Task<string> RefusedAsync<T>(string path, T wish)
    {
        using var answer = await _control.PostAsync(path, wish, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }
}
