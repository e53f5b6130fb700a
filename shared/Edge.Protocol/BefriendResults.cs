namespace Edge.Protocol
{
    /// <summary>How a request for trust ended (XEP-0324 §3.1.1, §3.2).</summary>
    public static class BefriendResults
    {
        /// <summary>The button was pressed, or this server is trusted already.</summary>
        public const string Accepted = "accepted";

        /// <summary>Another server is trusted.</summary>
        public const string Rejected = "rejected";

        /// <summary>Nobody pressed within the window.</summary>
        public const string Timeout = "timeout";
    }
}
