using System.Text;

namespace Edge.Mqtt.Wire;

/// <summary>Makes the properties of a message out of those of its packet.</summary>
internal struct MessagePropertyReader
{
    private MqttMessageProperties? _properties;
    private List<MqttUserProperty>? _users;

    /// <summary>What was read; null for nothing.</summary>
    public readonly MqttMessageProperties? Properties => _users is null ? _properties : (_properties ?? new()) with { UserProperties = _users };

    /// <summary>Reads the property that <paramref name="reader"/> stands at.</summary>
    public void Read(ref PropertyReader reader)
    {
        switch (reader.Id)
        {
            case PropertyId.PayloadFormat:
                _properties = (_properties ?? new()) with { IsText = reader.ReadFlag() };
                break;
            case PropertyId.MessageExpiry:
                _properties = (_properties ?? new()) with { ExpirySeconds = reader.ReadUInt32() };
                break;
            case PropertyId.ContentType:
                _properties = (_properties ?? new()) with { ContentType = reader.ReadString() };
                break;
            case PropertyId.ResponseTopic:
                _properties = (_properties ?? new()) with { ResponseTopic = Encoding.UTF8.GetString(reader.ReadTopic()) };
                break;
            case PropertyId.CorrelationData:
                _properties = (_properties ?? new()) with { CorrelationData = reader.ReadBytes().ToArray() };
                break;
            case PropertyId.UserProperty:
                reader.ReadUserProperty(ref _users);
                break;
            default:
                reader.Check(); // an alias or a subscription identifier: the packet's, not the message's
                break;
        }
    }
}
