namespace Edge.Protocol
{
    /// <summary>States of a node (node protocol, last section).</summary>
    public static class NodeStates
    {
        /// <summary>Trusts nobody.</summary>
        public const string Factory = "factory";

        /// <summary>A server asks, the window is open.</summary>
        public const string Asked = "asked";

        /// <summary>Trusts a server; nobody owns it.</summary>
        public const string Trusted = "trusted";

        /// <summary>Trusts a server and has an owner.</summary>
        public const string Owned = "owned";

        /// <summary>Trusts a server and takes no orders until unlocked.</summary>
        public const string Locked = "locked";

        /// <summary>Something is broken that a person must see to.</summary>
        public const string Fault = "fault";
    }
}
