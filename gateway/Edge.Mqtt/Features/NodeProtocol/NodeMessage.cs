using Edge.Protocol;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>A message from a node: its name, and its body, or for a SenML pack its bytes.</summary>
internal sealed record NodeMessage(NodeConnection From, string Name, JsonObject Body, ReadOnlyMemory<byte> Payload = default)
{
    /// <summary>What a request carries and its answer repeats; -1 where it has none.</summary>
    public int Id { get; } = Body.GetInt(MessageKeys.Id, -1) is >= 0 and <= 0xFFFF and var id ? id : -1;

    /// <summary>A text of the body; empty where there is none.</summary>
    public string Text(string key) => Body.GetString(key, "");

    /// <summary>For logs: its name, and what an error says; nothing else of the body, which may hold a secret.</summary>
    public override string ToString() =>
        NodeJson.ForLog(Name == NodeMessages.Error ? $"{Text(MessageKeys.Condition)}: {Text(MessageKeys.Text)}" : Name);
}

/// <summary>What a message is answered with.</summary>
internal sealed record NodeReply(string Message, JsonObject Body)
{
    /// <summary>An error, by the name of one of XMPP's stanza conditions (RFC 6120 §8.3.3), with a line that says what helps.</summary>
    public static NodeReply Error(string condition, string text)
    {
        var body = new JsonObject();
        body.Set(MessageKeys.Condition, condition);
        body.Set(MessageKeys.Text, text);
        return new(NodeMessages.Error, body);
    }

    public static NodeReply BadRequest(string text) => Error("bad-request", text);

    /// <summary>For logs, as a message's.</summary>
    public override string ToString() => Message == NodeMessages.Error
        ? $"{Body.GetString(MessageKeys.Condition, "")}: {Body.GetString(MessageKeys.Text, "")}"
        : Message;
}

/// <summary>Takes a message in; null where it needs no answer.</summary>
internal delegate ValueTask<NodeReply?> NodeMessageHandler(NodeMessage message, CancellationToken cancel);

/// <summary>A message that the gateway understands.</summary>
internal sealed record NodeRoute(string Message, NodeMessageHandler Handle)
{
    /// <summary>It carries an id, so that its answer can be told from others.</summary>
    public bool HasId { get; init; } = true;

    /// <summary>It may be as long as telemetry.</summary>
    public bool IsLong { get; init; }

    /// <summary>It is a SenML pack, not an object.</summary>
    public bool IsPack { get; init; }

    /// <summary>It goes on to whoever subscribed to it, too.</summary>
    public bool IsShared { get; init; }
}

/// <summary>A part of the protocol: some messages that belong together.</summary>
internal interface INodeDialogue
{
    /// <summary>The messages that it takes.</summary>
    IEnumerable<NodeRoute> Routes { get; }
}
