namespace Edge.Protocol
{
    /// <summary>Features of a server (XEP-0324 §4).</summary>
    public static class ServerFeatures
    {
        /// <summary>It decides for its friends: a node trusts only such a server further.</summary>
        public const string Provisioning = "urn:xmpp:iot:provisioning";
    }
}
