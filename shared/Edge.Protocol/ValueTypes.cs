namespace Edge.Protocol
{
    /// <summary>Types of fields and parameters in hello.</summary>
    public static class ValueTypes
    {
        /// <summary>A number.</summary>
        public const string Number = "number";

        /// <summary>A whole number.</summary>
        public const string Integer = "integer";

        /// <summary>True or false.</summary>
        public const string Boolean = "boolean";

        /// <summary>A text.</summary>
        public const string Text = "text";
    }
}
