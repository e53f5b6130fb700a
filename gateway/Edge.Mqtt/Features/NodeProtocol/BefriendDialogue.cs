using Edge.Protocol;
using Edge.Things;
using Edge.Things.Nodes;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>Trust by a pressed button (XEP-0324 §3.1.1): <c>befriend</c>, <c>befriended</c>, and <c>discover</c>, by which the node makes
/// sure that it befriended a provisioning service.</summary>
internal sealed partial class BefriendDialogue(
    NodeDirectory directory, NodeLimits limits, IOptions<ThingsOptions> things, ILogger<BefriendDialogue> logger) : INodeDialogue
{
    private static readonly TimeSpan LongestWindow = TimeSpan.FromSeconds(120);

    // A node tells a timeout itself; the gateway waits this much longer for that.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static readonly string[] Features =
    [
        "urn:xmpp:iot:provisioning", "urn:xmpp:iot:discovery", "urn:xmpp:iot:concentrators", "urn:xmpp:iot:sensordata", "urn:xmpp:iot:control",
    ];

    public IEnumerable<NodeRoute> Routes =>
    [
        new(NodeMessages.Befriended, BefriendedAsync),
        new(NodeMessages.Discover, DiscoverAsync),
    ];

    /// <summary>Asks a node, or joins the question that is open.</summary>
    public async Task<BefriendOutcome> AskAsync(string nodeId, TimeSpan window, CancellationToken cancel)
    {
        if (directory.Bootstrap(nodeId) is { } connection) return await Ask(connection, window).WaitAsync(cancel);

        return directory.Find(nodeId) is { Trust: NodeTrust.Trusted, IsOnline: true } ? BefriendOutcome.Accepted : BefriendOutcome.Unreachable;
    }

    /// <summary>Asks a node of the manifest without anybody having told the gateway to; not too often.</summary>
    public void AskByItself(NodeConnection connection)
    {
        if (directory.MayAskByItself(connection.NodeId, limits.Now)) _ = Ask(connection, TimeSpan.FromSeconds(limits.Options.WindowSeconds));
    }

    private Task<BefriendOutcome> Ask(NodeConnection connection, TimeSpan window)
    {
        var (ask, isNew) = connection.BeginAsk();
        if (isNew) _ = RunAsync(connection, ask, window < LongestWindow ? window : LongestWindow);
        return ask.Outcome;
    }

    private async Task RunAsync(NodeConnection connection, BefriendAsk ask, TimeSpan window)
    {
        try
        {
            directory.SetAsked(connection.NodeId, true);
            await directory.TellAsync(connection.NodeId, "asked");
            if (!await connection.SendAsync(NodeMessages.Befriend, Befriend(ask, window))) ask.End(BefriendOutcome.Unreachable);

            using var late = limits.After(window + Grace);
            await using var expiry = late.Token.Register(() => ask.End(BefriendOutcome.Timeout));
            var outcome = await ask.Outcome;
            directory.SetAsked(connection.NodeId, false);
            if (outcome != BefriendOutcome.Accepted) await directory.TellAsync(connection.NodeId, Word(outcome));
        }
#pragma warning disable CA1031 // Nobody awaits this task: whatever happens is told here, and the node can be asked again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            directory.SetAsked(connection.NodeId, false);
            ask.End(BefriendOutcome.Unreachable);
            LogAskFailed(connection.NodeId, e);
        }
    }

    private JsonObject Befriend(BefriendAsk ask, TimeSpan window)
    {
        var body = new JsonObject();
        body.Set(MessageKeys.Id, ask.Id);
        body.Set(MessageKeys.Server, limits.Options.Server.Length > 0 ? limits.Options.Server : things.Value.ProvisioningAddress.ToString());
        body.Set(MessageKeys.Window, Math.Max(1, (int)window.TotalSeconds));
        return body;
    }

    private async ValueTask<NodeReply?> BefriendedAsync(NodeMessage message, CancellationToken cancel)
    {
        if (message.From.OpenAsk(message.Id) is not { } ask)
            return NodeReply.Error("item-not-found", "No such question is open in this session.");

        if (Outcome(message.Text(MessageKeys.Result)) is not { } outcome)
            return NodeReply.BadRequest("result is accepted, rejected or timeout.");

        // Kept at once: a restart between the press and the token must not ask for another press.
        if (outcome == BefriendOutcome.Accepted && await AcceptAsync(message.From.NodeId, cancel) is null)
        {
            ask.End(BefriendOutcome.Rejected);
            return NodeReply.Error("resource-constraint", "This gateway cannot trust more nodes.");
        }

        directory.SetAsked(message.From.NodeId, false);
        if (ask.End(outcome) && outcome == BefriendOutcome.Accepted) await directory.TellAsync(message.From.NodeId, "befriended", cancel);
        return null;
    }

    private ValueTask<NodeRecord?> AcceptAsync(string nodeId, CancellationToken cancel) =>
        directory.UpdateAsync(nodeId, r => r, () => new(nodeId, limits.Now), cancel);

    private async ValueTask<NodeReply?> DiscoverAsync(NodeMessage message, CancellationToken cancel)
    {
        var body = new JsonObject();
        body.Set(MessageKeys.Features, NodeJson.Names(Features));
        await directory.TellAsync(message.From.NodeId, "discovered", cancel);
        return new(NodeMessages.Discovered, body);
    }

    private static BefriendOutcome? Outcome(string result) => result switch
    {
        "accepted" => BefriendOutcome.Accepted,
        "rejected" => BefriendOutcome.Rejected,
        "timeout" => BefriendOutcome.Timeout,
        _ => null,
    };

    private static string Word(BefriendOutcome outcome) => outcome switch
    {
        BefriendOutcome.Rejected => "rejected",
        BefriendOutcome.Timeout => "timeout",
        _ => "unreachable",
    };

    [LoggerMessage(EventId = 2506, Level = LogLevel.Error, Message = "Asking node {NodeId} to befriend failed")]
    private partial void LogAskFailed(string nodeId, Exception error);
}
