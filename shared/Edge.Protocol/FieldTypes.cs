namespace Edge.Protocol
{
    /// <summary>Field types (XEP-0323 §2); a question without any means momentary.</summary>
    public static class FieldTypes
    {
        /// <summary>Measured now.</summary>
        public const string Momentary = "momentary";

        /// <summary>An extreme.</summary>
        public const string Peak = "peak";

        /// <summary>How the thing does.</summary>
        public const string Status = "status";

        /// <summary>Calculated.</summary>
        public const string Computed = "computed";

        /// <summary>Tells which thing it is.</summary>
        public const string Identity = "identity";

        /// <summary>Measured before.</summary>
        public const string Historical = "historical";

        /// <summary>All of them.</summary>
        public const string All = "all";
    }
}
