namespace Edge.Protocol
{
    /// <summary>The names of the messages (node-protocol.md); each is the last level of its topic.</summary>
    public static class NodeMessages
    {
        /// <summary>Node → gateway: who the node is and what it has.</summary>
        public const string Hello = "hello";

        /// <summary>Gateway → node: trust this server; a press of the button accepts.</summary>
        public const string Befriend = "befriend";

        /// <summary>Node → gateway: accepted, rejected or timeout.</summary>
        public const string Befriended = "befriended";

        /// <summary>Node → gateway: what are you?.</summary>
        public const string Discover = "discover";

        /// <summary>Gateway → node: the features of the server.</summary>
        public const string Discovered = "discovered";

        /// <summary>Node → gateway: asks for the first token.</summary>
        public const string GetToken = "getToken";

        /// <summary>Gateway → node: prove the device secret.</summary>
        public const string GetTokenChallenge = "getTokenChallenge";

        /// <summary>Node → gateway: the proof.</summary>
        public const string GetTokenChallengeResponse = "getTokenChallengeResponse";

        /// <summary>Gateway → node: the tokens.</summary>
        public const string GetTokenResponse = "getTokenResponse";

        /// <summary>Gateway → node: prove that you sent this token.</summary>
        public const string TokenChallenge = "tokenChallenge";

        /// <summary>Node → gateway: the proof.</summary>
        public const string TokenChallengeResponse = "tokenChallengeResponse";

        /// <summary>Node → gateway: asks for another access token.</summary>
        public const string Refresh = "refresh";

        /// <summary>Gateway → node: the access token.</summary>
        public const string Refreshed = "refreshed";

        /// <summary>Gateway → node: it has an owner.</summary>
        public const string Claimed = "claimed";

        /// <summary>Gateway → node: it has none any more.</summary>
        public const string Disowned = "disowned";

        /// <summary>Node → gateway: may this address be a friend?.</summary>
        public const string IsFriend = "isFriend";

        /// <summary>Gateway → node: the answer.</summary>
        public const string IsFriendResponse = "isFriendResponse";

        /// <summary>Node → gateway: may this address read?.</summary>
        public const string CanRead = "canRead";

        /// <summary>Gateway → node: the answer.</summary>
        public const string CanReadResponse = "canReadResponse";

        /// <summary>Node → gateway: may this address control?.</summary>
        public const string CanControl = "canControl";

        /// <summary>Gateway → node: the answer.</summary>
        public const string CanControlResponse = "canControlResponse";

        /// <summary>Gateway → node: this address is a friend now.</summary>
        public const string Friend = "friend";

        /// <summary>Gateway → node: it is none any more.</summary>
        public const string Unfriend = "unfriend";

        /// <summary>Gateway → node: forget cached answers.</summary>
        public const string ClearCache = "clearCache";

        /// <summary>Node → gateway: done.</summary>
        public const string ClearCacheResponse = "clearCacheResponse";

        /// <summary>Node → gateway: a SenML pack.</summary>
        public const string Telemetry = "telemetry";

        /// <summary>Node → gateway, retained: how the node is.</summary>
        public const string State = "state";

        /// <summary>Gateway → node: read fields for somebody.</summary>
        public const string Read = "read";

        /// <summary>Node → gateway: fields will follow.</summary>
        public const string Accepted = "accepted";

        /// <summary>Node → gateway: no.</summary>
        public const string Rejected = "rejected";

        /// <summary>Node → gateway: the readings.</summary>
        public const string Fields = "fields";

        /// <summary>Gateway → node: set parameters for somebody.</summary>
        public const string Set = "set";

        /// <summary>Node → gateway: what came of it.</summary>
        public const string SetResponse = "setResponse";

        /// <summary>Either way: a message could not be used.</summary>
        public const string Error = "error";

        /// <summary>True where a node may send this message in a bootstrap session: before it has a token.</summary>
        public static bool IsBootstrap(string message)
        {
            switch (message)
            {
                case Hello:
                case Befriended:
                case Discover:
                case GetToken:
                case GetTokenChallengeResponse:
                case Refresh:
                    return true;
                default:
                    return false;
            }
        }
    }
}
