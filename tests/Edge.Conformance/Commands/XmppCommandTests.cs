using Edge.Conformance.Demo;
using Edge.TestKit;

namespace Edge.Conformance.Commands;

/// <summary><c>edge-gateway sessions …</c> and <c>trace</c> as processes beside the gateway that runs.</summary>
public sealed class XmppCommandTests : IAsyncLifetime
{
    private readonly CommandGateway _gateway = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _gateway.StartAsync();

    [Fact]
    public async Task Sessions_are_listed_and_one_that_is_not_there_is_told_of()
    {
        await using var list = _gateway.Command("sessions", "list");
        Assert.Equal(0, await list.ExitAsync(Cancel));
        await Eventually.HoldsAsync(() => list.Errors.Contains("Nobody is online.", StringComparison.Ordinal));

        await using var end = _gateway.Command("sessions", "end", "juliet@edge.local/balcony");
        Assert.Equal(1, await end.ExitAsync(Cancel));
        await Eventually.HoldsAsync(() => end.Errors.Contains("There is no session of juliet@edge.local/balcony", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trace_is_begun_and_ended()
    {
        await using var begin = _gateway.Command("trace", "juliet", "--minutes", "1");
        var file = await begin.ReadLineAsync(Cancel);
        Assert.Equal(0, await begin.ExitAsync(Cancel));
        Assert.True(File.Exists(file), file);

        await using var stop = _gateway.Command("trace", "juliet", "--stop");
        Assert.Equal(0, await stop.ExitAsync(Cancel));
        await using var again = _gateway.Command("trace", "juliet", "--stop");
        Assert.Equal(1, await again.ExitAsync(Cancel));
        await Eventually.HoldsAsync(() => again.Errors.Contains("juliet is not traced.", StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();
}
