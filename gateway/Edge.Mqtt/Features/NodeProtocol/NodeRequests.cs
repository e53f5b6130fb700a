using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>The requests that one session of a node has not answered yet, by their id.</summary>
internal sealed class NodeRequests(int capacity)
{
    private const int Ids = 0x10000; // 0 to 65535
    private const int Own = 16; // rules that change faster than a node acknowledges

    private readonly Lock _lock = new();
    private Dictionary<int, NodeRequest>? _open; // made with the first: most clients are no nodes
    private int _nextId;
    private bool _isClosed;

    /// <summary>Opens a request on somebody's behalf; false where the session is over or has too many open.</summary>
    public bool TryOpen([NotNullWhen(true)] out NodeRequest? request) => TryOpen(capacity, out request);

    /// <summary>Opens a request of the gateway's own, which nobody's requests may hold up; false where the session is over.</summary>
    public bool TryOpenOwn([NotNullWhen(true)] out NodeRequest? request) => TryOpen(2 * capacity + Own, out request);

    private bool TryOpen(int limit, [NotNullWhen(true)] out NodeRequest? request)
    {
        request = null;
        lock (_lock)
        {
            if (_isClosed || _open?.Count >= limit) return false;

            _open ??= [];
            while (_open.ContainsKey(_nextId)) _nextId = (_nextId + 1) % Ids;
            request = new(this, _nextId);
            _open.Add(_nextId, request);
            _nextId = (_nextId + 1) % Ids;
            return true;
        }
    }

    /// <summary>The request of that id, or null.</summary>
    public NodeRequest? Find(int id)
    {
        lock (_lock) return _open?.GetValueOrDefault(id);
    }

    /// <summary>Hands an answer to the request that it belongs to; false where nobody waits for it.</summary>
    public bool TryAnswer(NodeMessage answer)
    {
        lock (_lock) return _open is not null && _open.TryGetValue(answer.Id, out var request) && request.Take(answer);
    }

    /// <summary>The session is over: nobody gets an answer any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            if (_open is null) return;
            foreach (var request in _open.Values) request.Abandon();
        }
    }

    internal void Forget(NodeRequest request)
    {
        lock (_lock) _open?.Remove(request.Id);
    }
}

/// <summary>A request to a node, and the answers that have come.</summary>
internal sealed class NodeRequest(NodeRequests requests, int id) : IDisposable
{
    // A read-out answers in parts. A node that sends parts faster than they are taken is not sound.
    private readonly Channel<NodeMessage> _answers = Channel.CreateBounded<NodeMessage>(32);

    /// <summary>What the answer repeats.</summary>
    public int Id => id;

    /// <summary>For <c>clearCache</c>: which change of rules it tells of.</summary>
    public int? Version { get; set; }

    /// <summary>Waits for the next answer; null where none came in time or the session is over.</summary>
    public async ValueTask<NodeMessage?> NextAsync(CancellationToken timeout)
    {
        try
        {
            return await _answers.Reader.WaitToReadAsync(timeout) && _answers.Reader.TryRead(out var answer) ? answer : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => requests.Forget(this);

    internal bool Take(NodeMessage answer) => _answers.Writer.TryWrite(answer);

    internal void Abandon() => _answers.Writer.TryComplete();
}
