namespace Edge.Mqtt.Wire;

/// <summary>
/// Goes through one property section (MQTT 5.0 §2.2.2): after <see cref="MoveNext"/> the value has to be read, by the method for its type. Refuses
/// what may not stand in the packet, and what comes twice.
/// </summary>
internal ref struct PropertyReader
{
    private readonly ulong _allowed;
    private readonly ulong _repeatable;
    private PacketReader _section;
    private ulong _seen;

    /// <summary>Takes the section, with the length before it, off <paramref name="packet"/>.</summary>
    /// <param name="packet">Stands before the section's length; stands behind the section afterwards.</param>
    /// <param name="allowed">One of <see cref="PropertySets"/>.</param>
    /// <exception cref="MqttProtocolException">The section is longer than the packet.</exception>
    public PropertyReader(ref PacketReader packet, ulong allowed)
        : this(packet.Type, packet.Take(packet.ReadVariable("property length"), "properties"), allowed)
    {
    }

    /// <summary>Goes through a section without its length.</summary>
    public PropertyReader(PacketType type, ReadOnlySpan<byte> section, ulong allowed)
    {
        _section = new(type, section);
        _allowed = allowed;
        _repeatable = 1ul << (int)PropertyId.UserProperty;

        // A server tells the identifier of every subscription that a message matches (§3.3.2.3.8); a client gives one.
        if (type == PacketType.Publish) _repeatable |= 1ul << (int)PropertyId.SubscriptionId;
    }

    public PropertyId Id { get; private set; }

    /// <summary>The bytes read so far.</summary>
    public readonly int Position => _section.Position;

    /// <summary>Goes to the next property; false at the section's end.</summary>
    public bool MoveNext()
    {
        if (_section.Remaining == 0) return false;

        var id = _section.ReadVariable("property identifier");
        if (id >= 64 || (_allowed >> id & 1) == 0) throw NotAllowed(id);

        Id = (PropertyId)id;
        var bit = 1ul << id;
        if ((_seen & bit & ~_repeatable) != 0) throw Breaks("comes twice");
        _seen |= bit;
        return true;
    }

    /// <summary>A byte that is 0 or 1.</summary>
    public bool ReadFlag() => _section.ReadByte("properties") switch
    {
        0 => false,
        1 => true,
        var other => throw Breaks($"is {other}, which is neither 0 nor 1"),
    };

    public ushort ReadUInt16() => _section.ReadUInt16("properties");

    public uint ReadUInt32() => _section.ReadUInt32("properties");

    public ushort ReadPositiveUInt16() => _section.ReadUInt16("properties") is var value and not 0 ? value : throw Breaks("is 0");

    public uint ReadPositiveUInt32() => _section.ReadUInt32("properties") is var value and not 0 ? value : throw Breaks("is 0");

    /// <summary>The subscription identifier: 1 to 268435455.</summary>
    public uint ReadSubscriptionId() => _section.ReadVariable("subscription identifier") is var value and not 0 ? (uint)value : throw Breaks("is 0");

    /// <summary>The topic alias: 1 to 65535 ([MQTT-3.3.2-8]).</summary>
    public ushort ReadTopicAlias() => _section.ReadUInt16("properties") is var value and not 0
        ? value
        : throw new MqttProtocolException(MqttReason.TopicAliasInvalid, "PUBLISH with topic alias 0 ([MQTT-3.3.2-8]).");

    public string ReadString() => _section.ReadString(Name);

    /// <summary>The response topic: it has no wildcards ([MQTT-3.3.2-14]).</summary>
    public ReadOnlySpan<byte> ReadTopic()
    {
        var topic = _section.ReadUtf8(Name);
        return topic.ContainsAny((byte)'+', (byte)'#') ? throw Breaks("has wildcards ([MQTT-3.3.2-14])") : topic;
    }

    public ReadOnlySpan<byte> ReadBytes() => _section.ReadBytes(Name);

    public MqttUserProperty ReadUserProperty() => new(_section.ReadString("user property's name"), _section.ReadString("user property's value"));

    /// <summary>Adds a user property to a list that is made when the first one comes.</summary>
    public void ReadUserProperty(ref List<MqttUserProperty>? list) => (list ??= []).Add(ReadUserProperty());

    /// <summary>Checks a property of PUBLISH or of a will as the reading methods do, without making anything of it.</summary>
    public void Check()
    {
        switch (Id)
        {
            case PropertyId.PayloadFormat:
                ReadFlag();
                break;
            case PropertyId.MessageExpiry or PropertyId.WillDelay:
                ReadUInt32();
                break;
            case PropertyId.ContentType:
                _section.ReadUtf8(Name);
                break;
            case PropertyId.ResponseTopic:
                ReadTopic();
                break;
            case PropertyId.CorrelationData:
                ReadBytes();
                break;
            case PropertyId.TopicAlias:
                ReadTopicAlias();
                break;
            case PropertyId.SubscriptionId:
                ReadSubscriptionId();
                break;
            default:
                _section.ReadUtf8("user property's name");
                _section.ReadUtf8("user property's value");
                break;
        }
    }

    private readonly string Name => NameOf(Id);

    // The names are asked for on the hot path, where Enum.ToString would allocate.
    private static string NameOf(PropertyId id) => id switch
    {
        PropertyId.ContentType => "content type",
        PropertyId.ResponseTopic => "response topic",
        PropertyId.CorrelationData => "correlation data",
        PropertyId.AuthenticationMethod => "authentication method",
        PropertyId.AuthenticationData => "authentication data",
        PropertyId.ReasonString => "reason string",
        _ => "properties",
    };

    private readonly MqttProtocolException Breaks(string how) => new($"The property {Id} of {_section.Type} {how} (MQTT 5.0 §2.2.2).");

    private readonly MqttProtocolException NotAllowed(int id) =>
        MqttProtocolException.Malformed($"{_section.Type} with property {id}, which it cannot have (MQTT 5.0 §2.2.2.2).");
}
