using System.Text;

namespace Edge.Mqtt.Client;

/// <summary>A message on its way out, and who waits for its end.</summary>
internal sealed class OutgoingMessage(MqttMessage message, long queuedAt)
{
    // What one message costs in memory beside its bytes, roughly.
    private const int Overhead = 128;

    private readonly TaskCompletionSource<MqttPublishResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MqttMessage Message => message;

    /// <summary>By the clock's timestamps.</summary>
    public long QueuedAt => queuedAt;

    /// <summary>What it counts against a limit in bytes.</summary>
    public long Size { get; } = Overhead + Encoding.UTF8.GetByteCount(message.Topic) + message.Payload.Length;

    /// <summary>0 until it is sent for the first time; then the same until its end ([MQTT-4.4.0-1]).</summary>
    public ushort PacketId { get; set; }

    /// <summary>Sent in the present connection.</summary>
    public bool IsSent { get; set; }

    /// <summary>Sent in an earlier connection to the same session: repeated with DUP.</summary>
    public bool WasSent { get; set; }

    /// <summary>PUBREC has come (QoS 2): PUBREL is repeated, never PUBLISH.</summary>
    public bool IsReleased { get; set; }

    public Task<MqttPublishResult> Done => _done.Task;

    public void End(MqttPublishResult result) => _done.TrySetResult(result);

    public void Fail(Exception reason)
    {
        _done.TrySetException(new IOException(reason.Message, reason));
        _ = _done.Task.Exception; // seen, even where nobody waits
    }
}
