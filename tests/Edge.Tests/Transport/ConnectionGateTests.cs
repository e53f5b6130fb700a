using System.Diagnostics.Metrics;
using System.Net;

using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Transport;

public sealed class ConnectionGateTests : IDisposable
{
    private readonly LogCapture _log = new();
    private readonly ManualClock _clock = new();
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

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", 5)]
    [InlineData("10.0.0.1", "10.0.0.2", 6)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1::2", 5)]
    [InlineData("127.0.0.1", "127.0.0.1", 10)]
    public void Connections_of_an_address_or_network_come_in_a_burst_then_at_a_rate(string first, string second, int taken)
    {
        var gate = Gate(new() { RatePerAddress = 2, BurstPerAddress = 5 });

        var came = Enumerable.Range(0, 9).Count(_ => Comes(gate, first));

        Assert.Equal(taken, came + (Comes(gate, second) ? 1 : 0));
        if (taken == 10) return;
        Assert.Contains(_log.Lines, l => l.Contains($"{first}", StringComparison.Ordinal) && l.Contains("mqtt:connections:ratePerAddress (2) is reached. Raise it", StringComparison.Ordinal));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Enumerable.Range(0, 9).Count(_ => Comes(gate, first)));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(5, Enumerable.Range(0, 9).Count(_ => Comes(gate, first)));
    }

    [Fact]
    public void A_plant_of_a_thousand_meters_behind_one_router_comes_back_at_once()
    {
        var gate = Gate(new());
        var passes = Enumerable.Range(0, 1000).Select(_ => gate.TryEnter(At("10.0.0.1"))).ToList();

        Assert.DoesNotContain(null, passes);
        var again = Enumerable.Range(0, 1000).Select(_ => gate.TryEnter(At("10.0.0.1"))).ToList(); // before the old ones are noticed to be gone
        Assert.DoesNotContain(null, again);
    }

    [Fact]
    public void Who_was_asked_for_before_counts_once()
    {
        var gate = Gate(new() { RatePerAddress = 1, BurstPerAddress = 2 });
        for (var i = 0; i < 2; i++)
        {
            Assert.True(gate.MayCome(At("10.0.0.1")));
            gate.TryEnter(At("10.0.0.1"), hasCome: true)!.Dispose();
        }

        Assert.False(gate.MayCome(At("10.0.0.1")));
    }

    [Fact]
    public void Who_finds_it_full_is_turned_away_before_a_handshake()
    {
        var gate = Gate(new() { Total = 1 });
        using var first = gate.TryEnter(At("10.0.0.1"));

        Assert.False(gate.MayCome(At("10.0.0.2")));
        Assert.Equal(1, gate.Count);
    }

    [Fact]
    public void A_flood_of_refusals_is_a_few_lines_and_a_count()
    {
        var gate = Gate(new() { RatePerAddress = 1, BurstPerAddress = 1 });
        for (var i = 0; i < 1000; i++) gate.MayCome(At("10.0.0.1"));
        Assert.InRange(_log.Lines.Count, 1, 10);

        _clock.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 2; i++) gate.MayCome(At("10.0.0.1"));

        Assert.Contains(_log.Lines, l => l.Contains("more lines like these were left out", StringComparison.Ordinal));
    }

    [Fact]
    public void A_client_that_breaks_the_protocol_is_told_of_with_a_remedy()
    {
        var pass = Gate(new()).TryEnter(At("10.0.0.1"))!;
        pass.Client = "node";
        pass.TryEnd(EndReason.ProtocolError, "PUBLISH before CONNECT ([MQTT-3.1.0-1]).");
        pass.Dispose();

        Assert.Equal(
            "Warning mqtt: node from 10.0.0.1:1 ended: ProtocolError. PUBLISH before CONNECT ([MQTT-3.1.0-1]). Update the client's program, or report this to its maker.",
            Assert.Single(_log.Lines));
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
    public async Task Whoever_hears_of_the_end_finds_the_code_of_the_reason_that_stands()
    {
        using var pass = Gate(new()).TryEnter(At("10.0.0.1"))!;
        var seen = new TaskCompletionSource<byte?>();
        using var hears = pass.Ended.Register(() => seen.SetResult(pass.Code));

        Assert.True(pass.TryEnd(EndReason.LimitExceeded, "first", 0x93));
        Assert.False(pass.TryEnd(EndReason.ProtocolError, "second", 0x82));

        Assert.Equal((byte)0x93, await seen.Task);
        Assert.Equal((byte)0x93, pass.Code!.Value);
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

    private static bool Comes(ConnectionGate gate, string address)
    {
        using var pass = gate.TryEnter(At(address));
        return pass is not null;
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
        return new("mqtt", limits, new TransportMetrics(meters), _clock, logger);
    }
}
