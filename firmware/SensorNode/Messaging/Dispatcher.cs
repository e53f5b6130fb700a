using Edge.Protocol;
using SensorNode.Provisioning;
using SensorNode.Things;
using SensorNode.Trust;

namespace SensorNode.Messaging
{
    /// <summary>Takes each message of the gateway to the part that serves it. What cannot be served is answered with an error and changes nothing.</summary>
    internal sealed class Dispatcher
    {
        /// <summary>The longest payload in bytes, and the longest of one that carries a token (node protocol, "Session").</summary>
        public const int MaxPayload = 1024, MaxTokenPayload = 4096;

        private readonly Session _session;
        private readonly TrustHandler _trust;
        private readonly Decider _decider;
        private readonly ReadHandler _reads;
        private readonly SetHandler _sets;

        public Dispatcher(Session session, TrustHandler trust, Decider decider, ReadHandler reads, SetHandler sets)
        {
            _session = session;
            _trust = trust;
            _decider = decider;
            _reads = reads;
            _sets = sets;
        }

        /// <summary>Serves one message.</summary>
        public void OnMessage(string message, byte[] payload, long now)
        {
            bool carriesToken = message == NodeMessages.GetTokenResponse || message == NodeMessages.Refreshed;
            if (payload.Length > (carriesToken ? MaxTokenPayload : MaxPayload))
            {
                if (message != NodeMessages.Error) _session.SendError(-1, ErrorConditions.PolicyViolation, "The payload is too long.");
                return;
            }

            JsonObject json = JsonObject.Parse(payload, 0, payload.Length);
            if (message == NodeMessages.Error) OnError(json, now);
            else if (json == null) _session.SendError(-1, ErrorConditions.BadRequest, "The payload is no JSON object.");
            else if (!OnTrust(message, json, now)) OnTrusted(message, json, now);
        }

        // An error is never answered, whatever it says.
        private void OnError(JsonObject json, long now)
        {
            if (json == null) return;

            int id = json.GetInt(MessageKeys.Id, -1);
            if (!_trust.OnError(id, json.GetString(MessageKeys.Condition, ""), now)) _decider.OnError(id);
        }

        // What may come in any session; false for the rest.
        private bool OnTrust(string message, JsonObject json, long now)
        {
            switch (message)
            {
                case NodeMessages.Befriend:
                    if (!_trust.OnBefriend(json, now)) BadRequest(json);
                    return true;
                case NodeMessages.Discovered:
                case NodeMessages.GetTokenChallenge:
                case NodeMessages.GetTokenResponse:
                case NodeMessages.Refreshed:
                    _trust.OnAnswer(message, json, now);
                    return true;
                case NodeMessages.TokenChallenge:
                    // This node sends its tokens to nobody but the gateway, as the password (XEP-0324 §6.2).
                    _session.SendError(json.GetInt(MessageKeys.Id, -1), ErrorConditions.Forbidden, "This token was not sent there.");
                    return true;
                default:
                    return false;
            }
        }

        private void OnTrusted(string message, JsonObject json, long now)
        {
            // Without a token the gateway has not proved to be the trusted one; recommendations of others are ignored (XEP-0324 §3.2.4).
            if (!_session.HasToken) return;

            switch (message)
            {
                case NodeMessages.IsFriendResponse:
                case NodeMessages.CanReadResponse:
                case NodeMessages.CanControlResponse:
                    _decider.OnAnswer(message, json, now);
                    break;
                case NodeMessages.Friend:
                case NodeMessages.Unfriend:
                    OnFriendship(message, json, now);
                    break;
                case NodeMessages.ClearCache:
                    _trust.OnClearCache(json);
                    break;
                case NodeMessages.Claimed:
                    OnClaimed(json);
                    break;
                case NodeMessages.Disowned:
                    _trust.OnOwner(null);
                    break;
                case NodeMessages.Read:
                    if (!_reads.OnRead(json, now)) BadRequest(json);
                    break;
                case NodeMessages.Set:
                    if (!_sets.OnSet(json, now)) BadRequest(json);
                    break;
                default:
                    _session.SendError(json.GetInt(MessageKeys.Id, -1), ErrorConditions.FeatureNotImplemented, "This node does not know that message.");
                    break;
            }
        }

        private void OnFriendship(string message, JsonObject json, long now)
        {
            string jid = json.GetString(MessageKeys.Jid, null);
            if (string.IsNullOrEmpty(jid)) BadRequest(json);
            else if (message == NodeMessages.Friend) _decider.Befriend(jid, now);
            else _decider.Unfriend(jid, now);
        }

        private void OnClaimed(JsonObject json)
        {
            string owner = json.GetString(MessageKeys.Owner, null);
            if (string.IsNullOrEmpty(owner)) BadRequest(json);
            else _trust.OnOwner(owner);
        }

        private void BadRequest(JsonObject json)
        {
            _session.SendError(json.GetInt(MessageKeys.Id, -1), ErrorConditions.BadRequest, "The message is not what the protocol says.");
        }
    }
}
