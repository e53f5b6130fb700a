using Edge.Protocol;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary><c>hello</c>: what a node says of itself. Believed where the session has a token; else shown to people, no more.</summary>
internal sealed class GreetingDialogue(
    NodeDirectory directory, BefriendDialogue befriending, NodeNotices notices, NodeFriends friends, NodeLimits limits) : INodeDialogue
{
    private static NodeReply Unknown => NodeReply.Error("registration-required", "This gateway does not know the node: add it to the factory manifest.");

    public IEnumerable<NodeRoute> Routes => [new(NodeMessages.Hello, HelloAsync) { HasId = false }];

    private async ValueTask<NodeReply?> HelloAsync(NodeMessage message, CancellationToken cancel)
    {
        var (hello, fault) = NodeHello.Read(message.Body, limits.Options.MaxReadings);
        if (hello is null) return NodeReply.BadRequest(fault);

        message.From.Hello = hello;
        if (message.From.IsProven) return await WelcomeAsync(message.From, hello, cancel);

        await MeetAsync(message.From, hello, cancel);
        return null;
    }

    private async ValueTask<NodeReply?> WelcomeAsync(NodeConnection connection, NodeHello hello, CancellationToken cancel)
    {
        // The token is one of ours: it was given to a node of the manifest after it proved itself, even where the record was lost since.
        if (directory.Record(connection.NodeId) is null && !await directory.IsInManifestAsync(connection.NodeId, cancel)) return Unknown;

        var record = await directory.UpdateAsync(
            connection.NodeId,
            r => r.IsTrusted && r.Description == hello.Description ? r : r with { IsTrusted = true, Description = hello.Description },
            () => new(connection.NodeId, limits.Now),
            cancel);
        if (record is null) return Unknown;

        connection.HasSaidGoodbye = false;
        await directory.TellAsync(connection.NodeId, "hello", cancel);
        await notices.WelcomeAsync(connection, hello, cancel);
        await friends.ReviewAsync(connection.NodeId, notices.ThingOf(connection.NodeId), cancel);
        return null;
    }

    private async ValueTask MeetAsync(NodeConnection connection, NodeHello hello, CancellationToken cancel)
    {
        await directory.SawAsync(connection, hello.Description, limits.Now, cancel);
        await directory.TellAsync(connection.NodeId, "hello", cancel);

        // A node that trusts this server while the gateway does not know it (its answer was lost in a power cut) accepts without a press; one that
        // trusts another refuses without a light.
        if (hello.State == NodeHello.Factory || directory.Record(connection.NodeId) is null) befriending.AskByItself(connection);
    }
}
