using System.Security.Cryptography;
using System.Text;

using Edge.Identity.Devices;
using Edge.Identity.Tokens;
using Edge.Protocol;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>Tokens by challenge (XEP-0324 §3.1.3), and new ones for the constant refresh token.</summary>
internal sealed class TokenDialogue(
    NodeDirectory directory, IDeviceSecrets secrets, ITokenService tokens, NodeLimits limits) : INodeDialogue
{
    public IEnumerable<NodeRoute> Routes =>
    [
        new(NodeMessages.GetToken, GetTokenAsync),
        new(NodeMessages.GetTokenChallengeResponse, RespondAsync),
        new(NodeMessages.Refresh, RefreshAsync),
    ];

    private async ValueTask<NodeReply?> GetTokenAsync(NodeMessage message, CancellationToken cancel)
    {
        if (directory.Record(message.From.NodeId) is null)
            return NodeReply.Error("forbidden", "This node has not befriended the gateway: its button was not pressed.");

        if (message.From.Challenges.Next() is not { } challenge)
            return NodeReply.Error("policy-violation", "Too many challenges wait for their response.");

        var body = new JsonObject();
        body.Set(MessageKeys.SeqNr, challenge.Number);
        body.Set(MessageKeys.Challenge, Convert.ToBase64String(challenge.Bytes));
        await directory.TellAsync(message.From.NodeId, "challenged", cancel);
        return new(NodeMessages.GetTokenChallenge, body);
    }

    private async ValueTask<NodeReply?> RespondAsync(NodeMessage message, CancellationToken cancel)
    {
        if (message.From.Challenges.Take(message.Body.GetInt(MessageKeys.SeqNr, -1)) is not { } challenge)
            return NodeReply.Error("item-not-found", "There is no such challenge, or its time is over.");

        var response = new byte[64]; // an HMAC-SHA-256 has 32
        var isBase64 = Convert.TryFromBase64String(message.Text(MessageKeys.Response), response, out var length);
        if (!isBase64 || !await secrets.VerifyAsync(message.From.NodeId, challenge.Bytes, response.AsMemory(0, length), cancel))
            return NodeReply.BadRequest("The response is wrong.");

        return await TrustAsync(message.From, cancel);
    }

    private async ValueTask<NodeReply?> TrustAsync(NodeConnection connection, CancellationToken cancel)
    {
        // A node that proves itself anew has lost its tokens, or somebody else has found them.
        if (directory.Record(connection.NodeId) is { IsTrusted: true }) await tokens.RevokeClientAsync(connection.NodeId, cancel);

        var deviceToken = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var record = await directory.UpdateAsync(
            connection.NodeId,
            r => r with
            {
                IsTrusted = true,
                Description = connection.Hello?.Description ?? r.Description,
                DeviceTokenHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(deviceToken))),
                CacheIsStale = false, // a node clears its cache when it trusts anew (XEP-0324 §5.2)
            },
            cancel: cancel);
        if (record is null) return NodeReply.Error("forbidden", "This node has not befriended the gateway.");

        var scopes = NodeScope.Of(connection.NodeId);
        var refresh = await tokens.IssueRefreshAsync(connection.NodeId, connection.NodeId, scopes, cancel);
        var body = Body(connection.NodeId, tokens.Issue(connection.NodeId, connection.NodeId, scopes));
        body.Set(MessageKeys.DeviceToken, deviceToken);
        body.Set(MessageKeys.Refresh, refresh);
        await directory.TellAsync(connection.NodeId, "token", cancel);
        return new(NodeMessages.GetTokenResponse, body);
    }

    private async ValueTask<NodeReply?> RefreshAsync(NodeMessage message, CancellationToken cancel)
    {
        var nodeId = message.From.NodeId;
        if (directory.Record(nodeId) is not { IsTrusted: true }
            || await tokens.RefreshAsync(message.Text(MessageKeys.Refresh), nodeId, cancel) is not { } access)
            return NodeReply.Error("not-authorized", "The refresh token is void: get a token by challenge.");

        await directory.TellAsync(nodeId, "refreshed", cancel);
        return new(NodeMessages.Refreshed, Body(nodeId, access));
    }

    private JsonObject Body(string nodeId, AccessToken access)
    {
        var body = new JsonObject();
        body.Set(MessageKeys.Access, access.Value);
        body.Set(MessageKeys.ExpiresIn, Math.Max(0, (int)(access.ExpiresAt - limits.Now).TotalSeconds));
        body.Set(MessageKeys.Scope, TopicScopeText.Encode(NodeScope.Of(nodeId)));
        return body;
    }
}
