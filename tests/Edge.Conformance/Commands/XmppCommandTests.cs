using Edge.Conformance.Demo;
using Edge.TestKit;

namespace Edge.Conformance.Commands;

/// <summary><c>edge-gateway sessions …</c> and <c>trace</c> as processes beside the gateway that runs.</summary>
public sealed class XmppCommandTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private GatewayProcess _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_folder.File("gateway.yaml"), $"gateway: {{ dataFolder: {_folder.File("data")} }}\n", Cancel);
        _gateway = GatewayProcess.Start("run", "--config", _folder.File("gateway.yaml"));
        await Eventually.HoldsAsync(() => _gateway.Errors.Contains("CA certificate", StringComparison.Ordinal), seconds: 40);
    }

    [Fact]
    public async Task Sessions_are_listed_and_one_that_is_not_there_is_told_of()
    {
        await using var list = Command("sessions", "list");
        Assert.Equal(0, await list.ExitAsync(Cancel));
        await Eventually.HoldsAsync(() => list.Errors.Contains("Nobody is online.", StringComparison.Ordinal));

        await using var end = Command("sessions", "end", "juliet@edge.local/balcony");
        Assert.Equal(1, await end.ExitAsync(Cancel));
        await Eventually.HoldsAsync(() => end.Errors.Contains("There is no session of juliet@edge.local/balcony", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trace_is_begun_and_ended()
    {
        await using var begin = Command("trace", "juliet", "--minutes", "1");
        var file = await begin.ReadLineAsync(Cancel);
        Assert.Equal(0, await begin.ExitAsync(Cancel));
        Assert.True(File.Exists(file), file);

        await using var stop = Command("trace", "juliet", "--stop");
        Assert.Equal(0, await stop.ExitAsync(Cancel));
        await using var again = Command("trace", "juliet", "--stop");
        Assert.Equal(1, await again.ExitAsync(Cancel));
        await Eventually.HoldsAsync(() => again.Errors.Contains("juliet is not traced.", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    private GatewayProcess Command(params string[] arguments) => GatewayProcess.Start([.. arguments, "--config", _folder.File("gateway.yaml")]);
}
