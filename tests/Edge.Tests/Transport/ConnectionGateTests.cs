using System.Diagnostics.Metrics;
using System.Net;

using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Transport;

public sealed class ConnectionGateTests : IDisposable
{
    private readonly LogCapture _log = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly List<string> _ended = [];

    [Fact]
    public void Places_are_limited_in_all_and_given_back()
    {
        var gate = Gate(new() { Total = 2, PerAddress = 2 });
        var first = gate.TryEnter(At("10.0.0.1"));
        using var second = gate.TryEnter(At("10.0.0.2"));

        Assert.Null(gate.TryEnter(At("10.0.0.3")));
        first!.Dispose();
        using var third = gate.TryEnter(At("10.0.0.3"));
        Assert.NotNull(third);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", false)]
    [InlineData("10.0.0.1", "10.0.0.2", true)]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1::2", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("::1", "::1", true)]
    public void Places_are_limited_per_address_or_network_and_not_on_loopback(string first, string second, bool taken)
    {
        var gate = Gate(new() { Total = 10, PerAddress = 1 });
        using var one = gate.TryEnter(At(first));

        using var two = gate.TryEnter(At(second));

        Assert.Equal(taken, two is not null);
        if (!taken) Assert.Contains(_log.Lines, l => l.Contains("mqtt:connections:perAddress (1)", StringComparison.Ordinal));
    }

    [Fact]
    public void The_first_reason_stands_is_logged_once_and_counted_once()
    {
        var gate = Gate(new());
        var pass = gate.TryEnter(At("10.0.0.1"))!;
        pass.Client = "node";

        Assert.True(pass.TryEnd(EndReason.TokenExpired, "first"));
        Assert.False(pass.TryEnd(EndReason.SlowConsumer, "second"));
        pass.Dispose();
        pass.Dispose();

        Assert.True(pass.Ended.IsCancellationRequested);
        Assert.Equal("Warning mqtt: node from 10.0.0.1:1 ended: TokenExpired. first", Assert.Single(_log.Lines));
        Assert.Equal(["mqtt TokenExpired"], _ended);
        Assert.Equal(0, gate.Count);
    }

    [Fact]
    public void A_connection_that_nobody_ended_was_left_by_its_peer()
    {
        Gate(new()).TryEnter(null)!.Dispose();

        Assert.Equal(["mqtt PeerGone"], _ended);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private static IPEndPoint At(string address) => new(IPAddress.Parse(address), 1);

    private ConnectionGate Gate(ConnectionLimits limits)
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "edge.connections.ended" && ReferenceEquals(instrument.Meter.Scope, meters)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => _ended.Add(string.Join(' ', tags.ToArray().Select(t => t.Value))));
        _listener.Start();
        var logger = new LoggerFactory([_log]).CreateLogger<ConnectionGate>();
        return new("mqtt", limits, new TransportMetrics(meters), logger);
    }
}
