using System.Net;

using Edge.Mqtt.Features;
using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Mqtt.Sessions;

/// <summary>A session with its connection: what features see, and what the session writes to.</summary>
internal sealed class LiveSession(MqttConnection connection, MqttConnecting connecting, int keepAliveSeconds, SessionRights rights)
    : IMqttSession, ISessionLink
{
    // From here on QoS 0 makes way for acknowledgements and for what was promised.
    private const double LagShare = 0.75;

    // What a client is refused is logged once per topic; a client that tries many topics does not fill the log either.
    private const int MaxLoggedRefusals = 16;

    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MqttIdentity _identity = connecting.Identity!;
    private Session? _state;

    public string ClientId { get; } = connecting.ClientId;

    public MqttIdentity Identity => Volatile.Read(ref _identity);

    public EndPoint? RemoteEndPoint { get; } = connecting.RemoteEndPoint;

    public MqttMessage? Will { get; } = connecting.Will;

    public int KeepAliveSeconds { get; } = keepAliveSeconds;

    public TimeSpan Silence => connection.Silence;

    public TimeSpan Age => connection.Age;

    /// <summary>The state; known once the registry has opened it.</summary>
    public Session State
    {
        get => _state ?? throw new InvalidOperationException("The session is not open.");
        set => _state = value;
    }

    /// <summary>Completes when the connection is gone and every feature has heard of it.</summary>
    public Task Gone => _gone.Task;

    public SessionKey Key => new(Identity.IsBootstrap ? "?" : Identity.Subject, ClientId);

    public bool IsLagging => connection.Outbox.IsFilledTo(LagShare);

    public bool MayDeliver(MqttMessage message) => rights.Features.MayDeliver(this, message);

    public bool TryPost(in OutgoingPacket packet) => connection.Outbox.TryPost(packet, packet.Size);

    public void End(EndReason reason, string detail) => connection.End(reason, detail);

    public void End(EndReason reason, string detail, MqttReason? code) => connection.End(reason, detail);

    public void ChangeIdentity(MqttIdentity identity)
    {
        if (identity.Subject != Identity.Subject) throw new ArgumentException("A session keeps its subject.", nameof(identity));

        Volatile.Write(ref _identity, identity);
        rights.Follow(this);
    }

    public void MarkGone() => _gone.TrySetResult();

    /// <summary>Posts an answer that the client must get.</summary>
    public void Post(in OutgoingPacket packet) => connection.Post(packet);

    /// <summary>True the first time that this topic is refused.</summary>
    public bool IsFirstRefusal(string topic) => _refused.Count < MaxLoggedRefusals && _refused.Add(topic);

    public async ValueTask<bool> DeliverAsync(MqttMessage message, CancellationToken cancel = default)
    {
        if (IsLagging) await connection.Outbox.WaitUntilBelowAsync(LagShare, cancel).ConfigureAwait(false);
        return await State.DeliverAsync(message, cancel).ConfigureAwait(false);
    }
}
