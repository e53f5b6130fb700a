using Edge.Mqtt.Topics;
using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Client;

/// <summary>SUBSCRIBE and UNSUBSCRIBE with their answers.</summary>
internal static class SubscribeRequests
{
    /// <exception cref="ArgumentException">A filter is none.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<MqttSubscribeResult> SubscribeAsync(
        this MqttClientConnection connection, IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancel)
    {
        foreach (var subscription in subscriptions) CheckFilter(subscription.Filter);

        // The identifier belongs to the packet: those with different ones go in packets of their own.
        var reasons = new MqttReason[subscriptions.Count];
        MqttSubscribeResult? last = null;
        foreach (var group in subscriptions.Select((s, i) => (Subscription: s, Index: i)).GroupBy(s => s.Subscription.Id))
        {
            var (id, answer) = connection.Requests.Add();
            var packet = new SubscribePacket(id, [.. group.Select(g => g.Subscription.Entry)]) { SubscriptionId = group.Key };
            connection.Send(packet.ToBytes(connection.Version));
            last = await answer.WaitAsync(cancel).ConfigureAwait(false);
            foreach (var (reason, index) in last.Reasons.Zip(group.Select(g => g.Index))) reasons[index] = reason;
        }

        return new(reasons, last?.ReasonString, last?.UserProperties ?? []);
    }

    /// <exception cref="ArgumentException">A filter is none.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<MqttSubscribeResult> UnsubscribeAsync(this MqttClientConnection connection, IReadOnlyList<string> filters, CancellationToken cancel)
    {
        foreach (var filter in filters) CheckFilter(filter);

        var (id, answer) = connection.Requests.Add();
        connection.Send(new UnsubscribePacket(id, filters).ToBytes(connection.Version));
        return await answer.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <exception cref="ArgumentException">It is none.</exception>
    public static void CheckFilter(string filter)
    {
        if (!TopicFilter.TryParse(Unshared(filter), out _)) throw new ArgumentException($"\"{filter}\" is no topic filter (MQTT 5.0 §4.7).", nameof(filter));
    }

    // $share/group/filter
    private static string Unshared(string filter)
    {
        if (!filter.StartsWith("$share/", StringComparison.Ordinal)) return filter;

        var slash = filter.IndexOf('/', "$share/".Length);
        return slash < 0 ? "" : filter[(slash + 1)..];
    }
}
