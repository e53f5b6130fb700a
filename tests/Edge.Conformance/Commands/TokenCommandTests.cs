using System.Text.RegularExpressions;

using Edge.Conformance.Demo;
using Edge.Conformance.Mqtt;
using Edge.TestKit;

namespace Edge.Conformance.Commands;

/// <summary><c>edge-gateway token …</c> as a process beside the gateway that runs, and what Mosquitto's client may do then.</summary>
public sealed class TokenCommandTests : IAsyncLifetime
{
    private readonly CommandGateway _gateway = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _gateway.StartAsync();

    [Fact]
    public async Task A_token_is_issued_used_and_taken_back_while_the_gateway_runs()
    {
        var (issued, token) = await RunAsync("issue", "juliet@edge.local", "--client", "phone", "--scope", "w home/#", "--seconds", "600");
        Assert.Equal(0, issued);
        Assert.Equal(0, await PublishAsync(token));

        var (revoked, _) = await RunAsync("revoke", "phone");
        Assert.Equal(0, revoked);
        Assert.Equal(5, await PublishAsync(token));
    }

    [Fact]
    public async Task A_wrong_scope_is_refused_in_words()
    {
        await using var command = Command("issue", "juliet@edge.local", "--scope", "home/#");

        Assert.Equal(1, await command.ExitAsync(Cancel));
        await Eventually.HoldsAsync(() => command.Errors.Contains("is no scope: give r, w or rw", StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private GatewayProcess Command(params string[] arguments) => _gateway.Command(["token", .. arguments]);

    private async Task<(int Code, string Token)> RunAsync(params string[] arguments)
    {
        await using var command = Command(arguments);
        var token = await command.ReadLineAsync(Cancel) ?? "";
        return (await command.ExitAsync(Cancel), token);
    }

    private async Task<int> PublishAsync(string token)
    {
        var port = Regex.Match(_gateway.Greeting, @"MQTT over TLS\s+port (\d+)").Groups[1].Value;
        await using var publisher = PeerProcess.Start(Peer.Require("mosquitto_pub"),
            ["-h", "localhost", "-p", port, "--cafile", _gateway.File("data/ca.pem"), "-u", "any", "-P", token, "-t", "home/lamp", "-m", "on", "-q", "1"]);
        return (await publisher.EndAsync()).Code;
    }
}
