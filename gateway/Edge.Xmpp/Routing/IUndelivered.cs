namespace Edge.Xmpp.Routing;

/// <summary>Takes back what a client did not acknowledge before it went for good (XEP-0198 §4): for its account's other clients, for
/// later, or for an error to the sender.</summary>
internal interface IUndelivered
{
    /// <summary>Called once, after the resource is off the table and everybody has been told.</summary>
    ValueTask ReturnAsync(BoundResource gone, IReadOnlyList<UndeliveredStanza> stanzas, CancellationToken cancel);
}
