namespace SensorNode.Provisioning
{
    /// <summary>An answer of the provisioning server.</summary>
    internal sealed class CacheEntry
    {
        public CacheEntry(string key, bool allowed, string[] names, long usedAt)
        {
            Key = key;
            Allowed = allowed;
            Names = names;
            UsedAt = usedAt;
        }

        /// <summary>Question, bare address, tokens, requested set.</summary>
        public string Key { get; }

        /// <summary>Whether anything is allowed.</summary>
        public bool Allowed { get; }

        /// <summary>What is allowed; null for all that was asked.</summary>
        public string[] Names { get; }

        /// <summary>When it was last used, on the board's clock in milliseconds.</summary>
        public long UsedAt { get; set; }
    }
}
