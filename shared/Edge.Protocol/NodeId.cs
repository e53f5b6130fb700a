namespace Edge.Protocol
{
    /// <summary>The id of a node: 1 to 64 of <c>a-z</c>, <c>0-9</c> and <c>-</c>; safe in a topic, a file name and a URL.</summary>
    public static class NodeId
    {
        /// <summary>The longest id.</summary>
        public const int MaxLength = 64;

        /// <summary>True where the text can be a node's id.</summary>
        public static bool IsValid(string id)
        {
            if (id == null || id.Length == 0 || id.Length > MaxLength) return false;

            for (int i = 0; i < id.Length; i++)
            {
                char c = id[i];
                if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
            }

            return true;
        }
    }
}
