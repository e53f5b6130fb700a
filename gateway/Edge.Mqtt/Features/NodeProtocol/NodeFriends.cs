using Edge.Protocol;
using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Things.Registry;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>Whom nodes asked <c>isFriend</c> about: they are told <c>friend</c> or <c>unfriend</c> when the answer changes, and about
/// nobody else (XEP-0324 §3.2.3).</summary>
internal sealed class NodeFriends(
    NodeDirectory directory, IThingRegistry registry, IProvisioning provisioning, NodeLimits limits)
{
    private static readonly SubjectKind[] MostSpecificFirst = [SubjectKind.Caller, SubjectKind.Domain, SubjectKind.Anyone];

    /// <summary>Whether nodes may trust other servers, too (XEP-0324 §3.1.4).</summary>
    public bool SecondaryTrustAllowed => limits.Options.SecondaryTrustAllowed;

    /// <summary>A node was told whether somebody is its friend.</summary>
    public async ValueTask RememberAsync(string nodeId, Jid friend, bool isFriend, CancellationToken cancel) =>
        await directory.UpdateAsync(
            nodeId,
            record =>
            {
                var told = new NodeFriend(friend, isFriend);
                if (record.Friends.Contains(told)) return record;

                var others = record.Friends.Where(f => f.Jid != friend).ToList();
                return record with { Friends = [.. others.Skip(others.Count + 1 - limits.Options.MaxFriends), told] };
            },
            cancel: cancel);

    /// <summary>Tells a node that is there of every answer that has changed; one that is away is told when it is back.</summary>
    public async ValueTask ReviewAsync(string nodeId, ThingId thing, CancellationToken cancel)
    {
        if (directory.Record(nodeId) is not { Friends.Count: > 0 } record || directory.Proven(nodeId) is not { } connection) return;

        foreach (var (friend, wasFriend) in record.Friends)
        {
            var isFriend = IsFriend(thing, friend);
            if (isFriend == wasFriend) continue;

            var body = new JsonObject();
            body.Set(MessageKeys.Jid, friend.ToString());
            if (!await connection.SendAsync(isFriend ? NodeMessages.Friend : NodeMessages.Unfriend, body, cancel)) return;

            await RememberAsync(nodeId, friend, isFriend, cancel);
        }
    }

    // By the rules alone: a change of rules must not put questions before the owner.
    private bool IsFriend(ThingId thing, Jid friend)
    {
        if (registry.Find(thing)?.Owner is not { } owner) return false;
        if (friend == owner) return true;

        var speaking = provisioning.RulesOf(owner)
            .Where(r => r.Thing == thing && r.Operation == Operation.Befriend && r.IsValidAt(limits.Now) && r.Subject.Matches(friend))
            .ToLookup(r => r.Subject.Kind);
        var deciding = MostSpecificFirst.FirstOrDefault(kind => speaking[kind].Any(), SubjectKind.Anyone);
        return speaking[deciding].Any() && speaking[deciding].All(r => !r.Allows.IsEmpty);
    }
}
