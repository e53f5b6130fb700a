namespace Edge.Protocol
{
    /// <summary>One tag of an <c>iotdisco:</c> URI: a name with a text or a number (XEP-0347 §3.3).</summary>
    public sealed class DiscoTag
    {
        /// <summary>A tag with a text.</summary>
        public DiscoTag(string name, string text)
        {
            Name = name;
            Text = text;
        }

        /// <summary>A tag with a number.</summary>
        public DiscoTag(string name, double number)
        {
            Name = name;
            Number = number;
            IsNumber = true;
        }

        /// <summary>The name.</summary>
        public string Name { get; }

        /// <summary>The text; null for a number.</summary>
        public string Text { get; }

        /// <summary>The number; 0 for a text.</summary>
        public double Number { get; }

        /// <summary>True where the tag has a number.</summary>
        public bool IsNumber { get; }
    }
}
