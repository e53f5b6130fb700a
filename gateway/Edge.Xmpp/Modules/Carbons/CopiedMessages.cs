using Edge.Things;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.Carbons;

/// <summary>
/// The messages that one client sent or got lately and that are copied, so that an error in response to one is copied, too (XEP-0280 §6.1). The
/// error's own content does not tell. Kept with the client's session, where its account has other clients.
/// </summary>
internal sealed class CopiedMessages
{
    private const int Places = 64; // errors come within seconds, and people do not write faster

    private readonly Lock _lock = new();
    private readonly int[] _marks = new int[Places];
    private int _next;

    /// <summary>A client and <paramref name="other"/> exchanged a message that is copied.</summary>
    public static void Note(BoundResource client, string? id, Jid other)
    {
        if (id is null) return; // an error in response would not say to what

        if (client.Get<CopiedMessages>() is not { } copied) client.Set(copied = new());
        lock (copied._lock)
        {
            copied._marks[copied._next] = MarkOf(id, other);
            copied._next = (copied._next + 1) % Places;
        }
    }

    /// <summary>True for an error between a client and <paramref name="other"/> in response to a message that was copied.</summary>
    public static bool IsAnswered(BoundResource client, Stanza error, Jid other)
    {
        if (error.Id is not { } id || client.Get<CopiedMessages>() is not { } copied) return false;
        lock (copied._lock) return Array.IndexOf(copied._marks, MarkOf(id, other)) >= 0;
    }

    // The error may come from another of his addresses than the message went to.
    private static int MarkOf(string id, Jid other) => HashCode.Combine(id, other.Bare) | 1; // never that of an empty place
}
