using Edge.Mqtt.Topics;
using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Sessions;

/// <summary>Brings a message to the sessions that it is for, storing it first where a session outlives its connection.</summary>
internal sealed class Deliverer(SubscriptionTree<Session> tree, SessionStore store)
{
    // Filled and emptied between two awaits, so one per thread is enough, and a message costs no list.
    [ThreadStatic]
    private static List<Subscription<Session>>? _matches;

    /// <summary>Routes to every subscriber; completes when it is stored wherever that was promised, together with the sender's identifier.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">The persistent session whose QoS 2 identifier is to be stored; null for none.</param>
    /// <param name="senderId">That identifier.</param>
    /// <param name="cancel">Gives up waiting for a place in line.</param>
    /// <returns>The number of sessions that it was sent to or queued for.</returns>
    /// <exception cref="IOException">It could not be stored: do not acknowledge it.</exception>
    public async ValueTask<int> ToSubscribersAsync(MqttMessage message, Session? sender, ushort senderId, CancellationToken cancel)
    {
        List<QueuedFor>? toStore = null;
        var count = Offer(message, ref toStore);
        if (toStore is not null || sender is not null) await StoreAsync(toStore ?? [], sender, senderId, cancel).ConfigureAwait(false);
        return count;
    }

    /// <summary>Brings a message to one session, with the quality of service and retain flag that it has.</summary>
    /// <exception cref="IOException">It could not be stored.</exception>
    public async ValueTask<bool> ToSessionAsync(Session session, MqttMessage message, CancellationToken cancel)
    {
        var frame = new PublishFrame(message);
        if (message.QoS == MqttQoS.AtMostOnce) return session.SendAtMostOnce(frame, message.Retain);
        if (session.Queue(frame, message.QoS, message.Retain) is not { } queued) return false;

        if (session.IsPersistent) await StoreAsync([new(session, queued)], null, 0, cancel).ConfigureAwait(false);
        return true;
    }

    private int Offer(MqttMessage message, ref List<QueuedFor>? toStore)
    {
        var matches = _matches ??= [];
        tree.Match(message.Topic, matches);
        try
        {
            if (matches.Count == 0) return 0;

            var frame = new PublishFrame(message);
            var count = 0;
            foreach (var (session, granted) in matches)
                if (Offer(session, frame, message.QoS < granted ? message.QoS : granted, ref toStore)) count++;

            return count;
        }
        finally
        {
            matches.Clear();
        }
    }

    // An established subscription gets the message with retain 0, whatever it came with ([MQTT-3.3.1-9]).
    private static bool Offer(Session session, PublishFrame frame, MqttQoS qos, ref List<QueuedFor>? toStore)
    {
        if (qos == MqttQoS.AtMostOnce) return session.SendAtMostOnce(frame, retain: false);
        if (session.Queue(frame, qos, retain: false) is not { } queued) return false;

        if (session.IsPersistent) (toStore ??= []).Add(new(session, queued));
        return true;
    }

    private async Task StoreAsync(List<QueuedFor> messages, Session? sender, ushort senderId, CancellationToken cancel)
    {
        try
        {
            await store.SaveMessagesAsync(messages, sender, senderId, cancel).ConfigureAwait(false);
        }
        catch
        {
            foreach (var (session, message) in messages) session.NotStored(message);
            throw;
        }

        foreach (var (session, message) in messages) session.Stored(message);
    }
}
