namespace Edge.Protocol
{
    /// <summary>The topics of the node protocol: <c>edge/v1/{node}/up/{message}</c> from the node, <c>…/down/…</c> to it.</summary>
    public static class NodeTopics
    {
        /// <summary>What every topic begins with.</summary>
        public const string Prefix = "edge/v1/";

        private const string UpPart = "/up/";
        private const string DownPart = "/down/";

        /// <summary>The topic of a message from a node.</summary>
        public static string Up(string node, string message)
        {
            return Prefix + node + UpPart + message;
        }

        /// <summary>The topic of a message to a node.</summary>
        public static string Down(string node, string message)
        {
            return Prefix + node + DownPart + message;
        }

        /// <summary>A filter for all that a node says.</summary>
        public static string UpFilter(string node)
        {
            return Prefix + node + UpPart + "#";
        }

        /// <summary>A filter for all that a node is told.</summary>
        public static string DownFilter(string node)
        {
            return Prefix + node + DownPart + "#";
        }

        /// <summary>Takes a topic apart; false where it is none of the node protocol's.</summary>
        public static bool TryParse(string topic, out string node, out bool isUp, out string message)
        {
            node = "";
            message = "";
            isUp = false;
            if (topic == null || topic.Length <= Prefix.Length || topic.IndexOf(Prefix) != 0) return false;

            int end = topic.IndexOf('/', Prefix.Length);
            if (end < 0) return false;

            string id = topic.Substring(Prefix.Length, end - Prefix.Length);
            string rest = topic.Substring(end);
            isUp = rest.IndexOf(UpPart) == 0;
            if (!NodeId.IsValid(id) || (!isUp && rest.IndexOf(DownPart) != 0)) return false;

            string name = rest.Substring(isUp ? UpPart.Length : DownPart.Length);
            // Any name will do here: one that nobody knows is answered, not overlooked.
            if (name.Length == 0 || name.IndexOf('/') >= 0) return false;

            node = id;
            message = name;
            return true;
        }
    }
}
