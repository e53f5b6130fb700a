using System.Collections.Concurrent;
using System.Globalization;
using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules;

namespace Edge.Xmpp.Routing;

/// <summary>Requests of services that wait for a client's answer.</summary>
internal sealed class PendingRequests
{
    private static readonly IqResult NobodyThere = StanzaError.ServiceUnavailable with { };

    private readonly ConcurrentDictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);
    private long _last;

    public int Count => _waiting.Count;

    /// <summary>Begins to wait for an answer of <paramref name="to"/> to <paramref name="from"/>; returns the id to send.</summary>
    public (string Id, Task<IqResult> Answer) Begin(Jid from, Jid to)
    {
        // A client cannot answer for another: the sender is compared as well. The random part keeps ids apart over restarts.
        var id = string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref _last)}-{Random.Shared.Next():x8}");
        var waiting = new Waiting(from, to, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiting[id] = waiting;
        return (id, waiting.Answer.Task);
    }

    public void Forget(string id) => _waiting.TryRemove(id, out _);

    /// <summary>Takes an answer in; one that nobody waits for is dropped (RFC 6120 §8.2.3).</summary>
    public void TryAnswer(string? id, Jid from, Jid to, XElement stanza)
    {
        if (id is null || !_waiting.TryGetValue(id, out var waiting) || waiting.To != from || waiting.From != to) return;
        if (!_waiting.TryRemove(id, out _)) return;

        var payload = stanza.Elements().FirstOrDefault(e => e.Name != stanza.Name.Namespace + "error");
        if (payload is not null) payload = new XElement(payload);
        waiting.Answer.TrySetResult((string?)stanza.Attribute("type") == "error"
            ? new IqResult(payload, Replies.ReadError(stanza))
            : new IqResult(payload, null));
    }

    /// <summary>True for what stands in place of an answer where the client went without one.</summary>
    public static bool IsNoAnswer(IqResult result) => ReferenceEquals(result.Error, NobodyThere.Error);

    /// <summary>Nobody will answer from there any more.</summary>
    public void Gone(Jid full)
    {
        foreach (var (id, waiting) in _waiting)
        {
            if (waiting.To == full && _waiting.TryRemove(id, out _)) waiting.Answer.TrySetResult(NobodyThere);
        }
    }

    private sealed record Waiting(Jid From, Jid To, TaskCompletionSource<IqResult> Answer);
}
