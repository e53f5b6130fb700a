namespace Edge.Protocol
{
    /// <summary>Why a message was not served: the names of XMPP's stanza conditions (RFC 6120 §8.3.3).</summary>
    public static class ErrorConditions
    {
        /// <summary>The message is not what the protocol says.</summary>
        public const string BadRequest = "bad-request";

        /// <summary>The message is unknown here.</summary>
        public const string FeatureNotImplemented = "feature-not-implemented";

        /// <summary>The sender may not.</summary>
        public const string Forbidden = "forbidden";

        /// <summary>What is named does not exist.</summary>
        public const string ItemNotFound = "item-not-found";

        /// <summary>A token is void.</summary>
        public const string NotAuthorized = "not-authorized";

        /// <summary>Nobody may, now.</summary>
        public const string NotAllowed = "not-allowed";

        /// <summary>Too long, or too often.</summary>
        public const string PolicyViolation = "policy-violation";

        /// <summary>Too busy.</summary>
        public const string ResourceConstraint = "resource-constraint";

        /// <summary>Cannot decide now: this is not a no.</summary>
        public const string ServiceUnavailable = "service-unavailable";

        /// <summary>No answer in time.</summary>
        public const string RemoteServerTimeout = "remote-server-timeout";

        /// <summary>A fault; it is in the log.</summary>
        public const string InternalServerError = "internal-server-error";
    }
}
