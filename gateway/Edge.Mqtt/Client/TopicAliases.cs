using System.Text;

using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Client;

/// <summary>The aliases that the server gave topics in this connection (MQTT 5.0 §3.3.2.3.4).</summary>
internal sealed class ReceivedAliases(ushort maximum)
{
    private readonly Dictionary<ushort, string> _topics = [];
    private readonly StringCache _cache = new();

    /// <exception cref="MqttProtocolException">An alias beyond the maximum, or never given.</exception>
    public string Topic(in PublishPacket packet)
    {
        var alias = packet.TopicAlias;
        if (alias == 0) return _cache.Topic(packet.Topic.Span);
        if (alias > maximum) throw Invalid($"PUBLISH with topic alias {alias}, where {maximum} is the highest ([MQTT-3.1.2-26]).");
        if (packet.Topic.IsEmpty) return _topics.TryGetValue(alias, out var known) ? known : throw Invalid($"PUBLISH with topic alias {alias}, which was never given.");

        return _topics[alias] = _cache.Topic(packet.Topic.Span);
    }

    private static MqttProtocolException Invalid(string text) => new(MqttReason.TopicAliasInvalid, text);
}

/// <summary>The aliases that the client gives topics in this connection: the first topics get one, and keep it.</summary>
internal sealed class SentAliases(int maximum)
{
    /// <summary>The most that giving an alias adds to a packet: the property, and a longer length.</summary>
    public const int Bytes = 3 + 2;

    private readonly Dictionary<string, ushort> _aliases = new(StringComparer.Ordinal);

    /// <summary>The alias of a topic, and whether the server knows it already; 0 for none. Whoever asks has to send the packet.</summary>
    public (ushort Alias, bool IsKnown) Use(string topic)
    {
        // A short topic costs less than the property that would stand for it.
        if (maximum == 0 || Encoding.UTF8.GetByteCount(topic) <= 3) return default;
        if (_aliases.TryGetValue(topic, out var alias)) return (alias, true);
        if (_aliases.Count >= maximum) return default;

        alias = (ushort)(_aliases.Count + 1);
        _aliases.Add(topic, alias);
        return (alias, false);
    }

    /// <summary>The packet that would have told the server was not sent after all.</summary>
    public void Forget(string topic) => _aliases.Remove(topic);
}
