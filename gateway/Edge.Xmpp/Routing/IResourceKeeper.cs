using Edge.Transport;

namespace Edge.Xmpp.Routing;

/// <summary>Keeps a resource when its connection is gone, for a while (XEP-0198 §5). It belongs to one resource; all but
/// <see cref="Release"/> is called under that resource's lock, and returns at once.</summary>
internal interface IResourceKeeper
{
    /// <summary>The connection ended.</summary>
    /// <returns>False where the resource goes with it.</returns>
    bool TryKeep(EndReason reason);

    /// <summary>A kept resource is to go now, and for good: the keeper sees it off.</summary>
    void Release();

    /// <summary>True as soon as the client has acknowledged everything that was passed to it up to now; false where it goes for good before.</summary>
    Task<bool> AcknowledgedAsync();

    /// <summary>Half of what may be unacknowledged is: whoever can wait with more does.</summary>
    bool IsHalfFull { get; }

    /// <summary>The resource goes, for good.</summary>
    /// <returns>What the client has not acknowledged.</returns>
    IReadOnlyList<UndeliveredStanza> Conclude();
}
