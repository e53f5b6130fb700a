
using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Sessions;

/// <summary>
/// Topic aliases towards one client (MQTT 5.0 §3.3.2.3.4): the first topics get one each, and are written once. An alias may only be used behind the
/// message that gave it, so choosing one and posting are one step.
/// </summary>
internal sealed class OutgoingAliases(int most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, (byte[] Topic, ushort Alias)> _aliases = [];

    public SendResult Send(LiveSession live, in PublishContent content, in PublishEnvelope envelope)
    {
        var hash = TopicHash.Of(content.Topic);
        lock (_lock)
        {
            if (_aliases.TryGetValue(hash, out var known))
            {
                return content.Topic.SequenceEqual(known.Topic)
                    ? live.Post(content, envelope with { TopicAlias = known.Alias, OmitTopic = true })
                    : live.Post(content, envelope);
            }

            if (_aliases.Count >= most) return live.Post(content, envelope);

            var alias = (ushort)(_aliases.Count + 1);
            var result = live.Post(content, envelope with { TopicAlias = alias });
            if (result == SendResult.Sent) _aliases.Add(hash, (content.Topic.ToArray(), alias));
            return result;
        }
    }
}
