using Edge.Protocol;
using Edge.Things.Nodes;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>One session of a node, with what this very session has said and proved. What it is told goes to it alone: somebody else may
/// have a session under the same node id.</summary>
internal sealed class NodeConnection(string nodeId, IMqttSession session, NodeProtocolOptions options, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private BefriendAsk? _ask;
    private bool _isClosed;

    /// <summary>Who it is; for a bootstrap session, who it says it is.</summary>
    public string NodeId => nodeId;

    /// <summary>True for a session with a token.</summary>
    public bool IsProven { get; } = !session.Identity.IsBootstrap;

    /// <summary>What it said in this session, or null.</summary>
    public NodeHello? Hello { get; set; }

    /// <summary>It said that it goes away, but its connection has not ended yet.</summary>
    public bool HasSaidGoodbye { get; set; }

    /// <summary>The challenges that were sent to it; made with the first. Asked for while one of its messages is handled, and so by one at a time.</summary>
    public ChallengeBook Challenges => field ??= new(options.MaxChallenges, TimeSpan.FromSeconds(options.ChallengeSeconds), clock);

    /// <summary>What it has not answered yet.</summary>
    public NodeRequests Requests { get; } = new(options.MaxRequestsPerNode);

    /// <summary>Sends to this session; false where it is gone or too slow.</summary>
    public ValueTask<bool> SendAsync(string message, JsonObject body, CancellationToken cancel = default) =>
        SendAsync(message, body, MqttQoS.AtLeastOnce, cancel);

    /// <summary>Sends what is worth nothing later: whoever waits for the answer has given up by then, and a switch must not be thrown late.</summary>
    public ValueTask<bool> SendNowOrNeverAsync(string message, JsonObject body, CancellationToken cancel) =>
        SendAsync(message, body, MqttQoS.AtMostOnce, cancel);

    /// <summary>The question that is open, or a new one. There is one at a time.</summary>
    public (BefriendAsk Ask, bool IsNew) BeginAsk()
    {
        lock (_lock)
        {
            if (_ask is { IsOver: false }) return (_ask, false);

            _ask = new();
            if (_isClosed) _ask.End(BefriendOutcome.Unreachable);
            return (_ask, true);
        }
    }

    /// <summary>The question of that id, if it is open.</summary>
    public BefriendAsk? OpenAsk(int id)
    {
        lock (_lock) return _ask is { IsOver: false } ask && ask.Id == id ? ask : null;
    }

    private ValueTask<bool> SendAsync(string message, JsonObject body, MqttQoS qos, CancellationToken cancel) =>
        session.DeliverAsync(new(NodeTopics.Down(nodeId, message), body.ToBytes(), qos), cancel);

    /// <summary>The connection has ended: whoever waits for it need not any more.</summary>
    public void Close()
    {
        BefriendAsk? ask;
        lock (_lock)
        {
            _isClosed = true;
            ask = _ask;
        }

        ask?.End(BefriendOutcome.Unreachable);
        Requests.Close();
    }
}

/// <summary>The question whether a node befriends the provisioning service.</summary>
internal sealed class BefriendAsk
{
    private readonly TaskCompletionSource<BefriendOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Random, so that an answer to a forgotten question is not taken for one to this.</summary>
    public int Id { get; } = Random.Shared.Next(0x10000);

    public Task<BefriendOutcome> Outcome => _outcome.Task;

    public bool IsOver => _outcome.Task.IsCompleted;

    /// <summary>Answers the question; false where it was answered before.</summary>
    public bool End(BefriendOutcome outcome) => _outcome.TrySetResult(outcome);
}
