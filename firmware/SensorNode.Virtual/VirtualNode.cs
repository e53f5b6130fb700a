#nullable enable
using Edge.Protocol;

using SensorNode.Messaging;
using SensorNode.Settings;

namespace SensorNode.Virtual;

/// <summary>
/// A sensor node without hardware: the firmware's own sources on a simulated board. It keeps its files in its data folder, so that another one
/// on the same folder goes on where this one ended. Several may run in one process.
/// </summary>
public sealed class VirtualNode : IAsyncDisposable
{
    private static readonly TimeSpan PressDuration = TimeSpan.FromMilliseconds(150);

    private readonly VirtualNodeOptions _options;
    private readonly SimulatedBoard _board;
    private readonly Inbox _inbox = new();
    private Node? _node;
    private NodeLoop? _loop;
    private Task _running = Task.CompletedTask;

    /// <summary>A node that is switched off.</summary>
    public VirtualNode(VirtualNodeOptions options)
    {
        _options = options;
        _board = new SimulatedBoard(options.Clock);
        _board.LedChanged += (on, pattern) => LedChanged?.Invoke(on, pattern);
        _board.OutputChanged += on => OutputChanged?.Invoke(on);
        _board.Told += line => Told?.Invoke(line);
    }

    /// <summary>The status LED changed: on or off, and the name of its pattern (slow-blink, fast-blink, double-blink, off, solid, three-short).
    /// Raised on the node's threads.</summary>
    public event Action<bool, string>? LedChanged;

    /// <summary>The controllable output changed (parameter <c>led</c>).</summary>
    public event Action<bool>? OutputChanged;

    /// <summary>The node tells how it goes, in one line without secrets. Raised on the node's threads.</summary>
    public event Action<string>? Told;

    /// <summary>The node id.</summary>
    public string NodeId => _options.NodeId;

    /// <summary>The model, which says that it is simulated.</summary>
    public string Model => _board.Sensor.Model;

    /// <summary>The state, one of <see cref="NodeStates"/>.</summary>
    public string State => _node?.State ?? NodeStates.Factory;

    /// <summary>Whether the status LED is on.</summary>
    public bool IsLedOn => _board.IsLedOn;

    /// <summary>The name of the status LED's pattern.</summary>
    public string LedPattern => _board.LedPattern;

    /// <summary>Whether the controllable output is on (parameter <c>led</c>).</summary>
    public bool IsOutputOn => _board.IsOutputOn;

    /// <summary>Switches the node on.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the text says all that is.</exception>
    /// <exception cref="IOException">The data folder or the CA file cannot be used.</exception>
    public Task StartAsync(CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        if (_loop is not null) throw new InvalidOperationException("The node runs already.");

        Directory.CreateDirectory(_options.DataFolder);
        var settings = Settings();
        var node = new Node(settings, _board, new MqttLink(settings, _inbox), _inbox);
        var loop = new NodeLoop(node, _board, _inbox);
        _node = node;
        _loop = loop;
        _running = Task.Factory.StartNew(loop.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    /// <summary>Switches the node off in an orderly way: it says so to the gateway and writes what it has to keep.</summary>
    public async Task StopAsync()
    {
        _loop?.Stop();
        await _running.ConfigureAwait(false);
        _loop = null;
    }

    /// <summary>Presses the button shortly.</summary>
    public void PressButton() => HoldButton(PressDuration);

    /// <summary>Holds the button; ten seconds are a factory reset.</summary>
    public void HoldButton(TimeSpan duration)
    {
        Post(isDown: true);
        _ = ReleaseAsync(duration);
    }

    /// <summary>The URI of the sticker's QR code (XEP-0347 §3.6); <paramref name="registry"/> is the address of the thing registry.</summary>
    public string ClaimUri(string registry) => IotDiscoUri.Build(
    [
        new DiscoTag("MAN", _options.Manufacturer), new DiscoTag("MODEL", Model), new DiscoTag("SN", _options.SerialNumber),
        new DiscoTag("KEY", _options.ClaimKey), new DiscoTag("R", registry),
    ]).ToString();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task ReleaseAsync(TimeSpan duration)
    {
        await Task.Delay(duration, _options.Clock).ConfigureAwait(false);
        Post(isDown: false);
    }

    private void Post(bool isDown) => _inbox.Post(new Signal { Kind = SignalKind.Button, IsDown = isDown, At = _board.Milliseconds });

    private NodeSettings Settings()
    {
        var json = new JsonObject()
            .Set("node", _options.NodeId)
            .Set("secret", Convert.ToBase64String(_options.Secret.Span))
            .Set("manufacturer", _options.Manufacturer)
            .Set("serialNumber", _options.SerialNumber)
            .Set("host", _options.Host)
            .Set("port", _options.Port)
            .Set("tls", _options.CaFile is not null);
        var ca = _options.CaFile is null ? null : File.ReadAllText(_options.CaFile);
        return SettingsFile.Parse(json.ToBytes(), ca, _options.DataFolder, out var errors)
            ?? throw new ArgumentException(errors);
    }
}
