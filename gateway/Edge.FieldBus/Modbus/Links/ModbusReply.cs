using Edge.FieldBus.Modbus.Wire;

namespace Edge.FieldBus.Modbus.Links;

/// <summary>How a request to a unit ended.</summary>
internal enum ReplyKind
{
    /// <summary>Answered.</summary>
    Ok,

    /// <summary>Refused: the unit lives, but does not want this.</summary>
    Refused,

    /// <summary>The unit did not answer in time.</summary>
    Silent,

    /// <summary>There is no connection, or it was lost while waiting.</summary>
    Unreachable,

    /// <summary>Too many requests wait for this connection already (fieldbus:modbus:maxWaitingRequests).</summary>
    Busy,
}

/// <summary>What came of a request: data, or why there is none.</summary>
internal readonly record struct ModbusReply(ReplyKind Kind, ReadOnlyMemory<byte> Data, string Text, ModbusException Exception = ModbusException.None)
{
    public bool IsOk => Kind == ReplyKind.Ok;

    public static ModbusReply Answer(ReadOnlyMemory<byte> data) => new(ReplyKind.Ok, data, "");

    public static ModbusReply Refusal(ModbusException code) =>
        // A Modbus gateway says by these that the unit behind it is silent.
        new(code is ModbusException.GatewayPathUnavailable or ModbusException.GatewayTargetFailedToRespond ? ReplyKind.Silent : ReplyKind.Refused,
            default, code.Say(), code);

    public static ModbusReply Failure(ReplyKind kind, string text) => new(kind, default, text);
}
