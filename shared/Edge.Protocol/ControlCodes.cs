namespace Edge.Protocol
{
    /// <summary>Outcomes of a control operation (XEP-0325 §3.2).</summary>
    public static class ControlCodes
    {
        /// <summary>All parameters are set.</summary>
        public const string Ok = "OK";

        /// <summary>A parameter does not exist.</summary>
        public const string NotFound = "NotFound";

        /// <summary>The sender may not set it.</summary>
        public const string InsufficientPrivileges = "InsufficientPrivileges";

        /// <summary>The node takes no orders now.</summary>
        public const string Locked = "Locked";

        /// <summary>The node cannot do this.</summary>
        public const string NotImplemented = "NotImplemented";

        /// <summary>A value does not fit its parameter.</summary>
        public const string FormError = "FormError";

        /// <summary>It did not work.</summary>
        public const string OtherError = "OtherError";
    }
}
