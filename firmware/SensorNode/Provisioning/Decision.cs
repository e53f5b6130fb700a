namespace SensorNode.Provisioning
{
    /// <summary>What may be done.</summary>
    internal sealed class Decision
    {
        public Decision(bool allowed, string[] names, string reason)
        {
            Allowed = allowed;
            Names = names;
            Reason = reason;
        }

        /// <summary>Whether anything is allowed.</summary>
        public bool Allowed { get; }

        /// <summary>What is allowed; null for all that was asked.</summary>
        public string[] Names { get; }

        /// <summary>Why nothing is allowed; null where something is.</summary>
        public string Reason { get; }

        /// <summary>A no, with its reason.</summary>
        public static Decision No(string reason)
        {
            return new Decision(false, null, reason);
        }

        /// <summary>Whether a name is allowed, of those that were asked.</summary>
        public bool Allows(string name)
        {
            if (!Allowed || Names == null) return Allowed;

            for (int i = 0; i < Names.Length; i++)
            {
                if (Names[i] == name) return true;
            }

            return false;
        }
    }
}
