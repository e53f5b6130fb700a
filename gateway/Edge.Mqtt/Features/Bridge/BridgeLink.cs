using System.IO.Pipelines;

using Edge.Mqtt.Client;

using Microsoft.Extensions.Logging;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>One bridge, from the start of the gateway to its end: connects, relays, and comes back.</summary>
internal sealed partial class BridgeLink : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TellEvery = TimeSpan.FromHours(1);

    private readonly BridgeContext _context;
    private readonly BridgePeer _peer;
    private readonly TopicMap _topics;
    private readonly BridgeBacklog _backlog;
    private readonly BridgeSpells _spells;
    private readonly Backoff _backoff;
    private readonly MqttClientOptions _localOptions;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private volatile bool _isConnected;

    public BridgeLink(string name, BridgeOptions settings, BridgeContext context)
    {
        (Name, _context) = (name, context);
        _peer = new(name, settings);
        _topics = new([.. settings.Topics.Select(line => TopicLine.TryParse(line, out _)!)]);
        _backlog = new(settings, Counters, () => context.Broker.SessionOf(name));
        _spells = new(name, _peer, _backlog, Counters, context.Logger);
        _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(settings.MaxRetrySeconds), context.Random);
        _localOptions = context.Broker.Options(name, settings, context.Clock);
    }

    public string Name { get; }

    public BridgeCounters Counters { get; } = new();

    public bool IsConnected => _isConnected;

    public int QueuedMessages => _backlog.Messages;

    public long QueuedBytes => _backlog.Bytes;

    public double HoldsHours => _backlog.HoldsHours;

    public long Dropped => Counters.Dropped + _backlog.Dropped;

    /// <summary>Makes the local session, so that nothing is missed, then begins to connect.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await _context.Broker.PrepareAsync(_localOptions, _topics, cancel).ConfigureAwait(false);
        _backlog.Bound();
        await _context.Broker.PublishStateAsync(Name, isConnected: false).ConfigureAwait(false);
        _running = Task.WhenAll(Task.Run(RunAsync, CancellationToken.None), LookAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var since = _context.Clock.GetTimestamp();
            var reason = await ServeOnceAsync().ConfigureAwait(false);
            if (_stop.IsCancellationRequested) break;

            _backlog.Bound(); // a connection that got no further left the broker's own limits
            if (_context.Clock.GetElapsedTime(since) >= TimeSpan.FromSeconds(30)) _backoff.Reset();
            var wait = _backoff.Next();
            _spells.Away(reason, wait);
            await Task.Delay(wait, _context.Clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One time there and back; the result is why it ended.</summary>
    private async Task<Exception> ServeOnceAsync()
    {
        var echoes = _peer.SpeaksV5 ? null : new EchoFilter(_context.Clock);
        await using var relay = new BridgeRelay(_topics, new(_topics, _context.BrokerId, _context.Broker.Limits, Counters, echoes), Counters);
        try
        {
            var options = _peer.Options(_context.Clock);
            var known = await _context.Records.RemoteFiltersAsync(Name, _stop.Token).ConfigureAwait(false);
            IDuplexPipe remote = await _peer.Endpoint.ConnectAsync(options, _stop.Token).ConfigureAwait(false);
            var refused = await relay.ConnectAsync(remote, options, _context.Broker.Open, _localOptions, _stop.Token).ConfigureAwait(false);
            _backlog.Bound();
            await relay.UnsubscribeStaleAsync(known, _stop.Token).ConfigureAwait(false);
            await _context.Records.SaveAsync(Name, [.. _topics.Remote.Select(t => t.Filter)], _stop.Token).ConfigureAwait(false);
            return await StayAsync(relay, refused).ConfigureAwait(false);
        }
        catch (Exception e) when (MqttOutage.Is(e))
        {
            return e;
        }
    }

    private async Task<Exception> StayAsync(BridgeRelay relay, IReadOnlyList<string> refused)
    {
        _isConnected = true;
        _spells.There(refused);
        await _context.Broker.PublishStateAsync(Name, isConnected: true).ConfigureAwait(false);
        using var stop = _stop.Token.UnsafeRegister(_ => _ = relay.DisconnectAsync(), null);
        try
        {
            return await relay.EndAsync().ConfigureAwait(false);
        }
        finally
        {
            _isConnected = false;
            await _context.Broker.PublishStateAsync(Name, isConnected: false).ConfigureAwait(false);
        }
    }

    private async Task LookAsync()
    {
        var (looked, told) = (_context.Clock.GetTimestamp(), _context.Clock.GetTimestamp());
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(LookEvery, _context.Clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested) return;

            _backlog.DropOld(_context.Clock.GetUtcNow());
            _backlog.Measure(_context.Clock.GetElapsedTime(looked));
            looked = _context.Clock.GetTimestamp();
            _spells.LookForDrops(Dropped);
            if (_isConnected || _context.Clock.GetElapsedTime(told) < TellEvery) continue;

            told = looked;
            _spells.StillAway();
        }
    }
}

/// <summary>What every bridge needs.</summary>
internal sealed record BridgeContext(BridgeBroker Broker, BridgeRecords Records, string BrokerId, TimeProvider Clock, ILogger Logger)
{
    /// <summary>Where the jitter comes from.</summary>
    public Random Random { get; init; } = Random.Shared;
}
