using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Sessions;

/// <summary>A message and its envelope, in the shape that the outbox writes.</summary>
internal readonly ref struct OutgoingPublish(PublishContent content, PublishEnvelope envelope)
{
    private readonly PublishContent _content = content;
    private readonly PublishEnvelope _envelope = envelope;

    public static void Write(Span<byte> output, in OutgoingPublish publish) => PublishWriter.Write(output, publish._content, publish._envelope);
}
