using Edge.Mqtt.Features;
using Edge.Mqtt.Topics;

using Microsoft.Extensions.Logging;

namespace Edge.Mqtt.Sessions;

/// <summary>What a session may do, asked of the features and remembered; and what follows when that changes under way.</summary>
internal sealed partial class SessionRights(
    FeatureSet features, SubscriptionTree<Session> tree, SessionStore store, ILogger<SessionRights> logger)
{
    private int _version;

    /// <summary>Those who decide.</summary>
    public FeatureSet Features => features;

    /// <summary>Answers that were remembered under another version are void.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Routes were found when this session was not connected, or as somebody else.</summary>
    public void Attached(LiveSession live)
    {
        if (live.State.Subscriptions.Count > 0) tree.Touch();
    }

    /// <summary>Ends the subscriptions that a session's identity does not cover any more. One that is made at this very moment may stay, and brings nothing:
    /// each delivery is checked as well.</summary>
    public void Follow(LiveSession live)
    {
        Interlocked.Increment(ref _version);
        tree.Touch();
        var ended = 0;
        foreach (var (filter, _) in live.State.Subscriptions.All)
        {
            if ((TopicFilter.TryParse(SharedFilter.Matched(filter), out var parsed) && live.Identity.MaySubscribe(parsed)) || !live.State.Subscriptions.TryRemove(filter, out _))
                continue;

            tree.Remove(filter, live.State);
            ended++;
        }

        LogChanged(live.ClientId, live.RemoteEndPoint, ended);
        if (ended > 0 && live.State.IsPersistent) store.SaveSoon(live.State);
    }

    [LoggerMessage(EventId = 2050, Level = LogLevel.Information, Message = "{ClientId} from {Address} has other rights now; {Ended} of its subscriptions ended")]
    private partial void LogChanged(string clientId, System.Net.EndPoint? address, int ended);
}
