#nullable enable
namespace nanoFramework.M2Mqtt.Messages;

internal enum MqttQoSLevel
{
    AtMostOnce = 0,
    AtLeastOnce = 1,
    ExactlyOnce = 2,
}

internal enum MqttReasonCode
{
    Success = 0,
    ConnectionRefusedBadUserNameOrPassword = 4,
    ConnectionRefusedNotAuthorized = 5,
    BadUserNameOrPassword = 134,
    NotAuthorized = 135,
}

internal sealed class MqttMsgPublishEventArgs(string topic, byte[] message, bool dupFlag, MqttQoSLevel qosLevel, bool retain) : EventArgs
{
    public string Topic { get; } = topic;

    public byte[] Message { get; } = message;

    public bool DupFlag { get; } = dupFlag;

    public MqttQoSLevel QosLevel { get; } = qosLevel;

    public bool Retain { get; } = retain;
}
