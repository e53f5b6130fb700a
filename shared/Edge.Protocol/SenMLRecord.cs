namespace Edge.Protocol
{
    /// <summary>What a SenML record holds.</summary>
    public enum SenMLKind
    {
        /// <summary>No value.</summary>
        None,

        /// <summary>A number (<c>v</c>).</summary>
        Number,

        /// <summary>A truth value (<c>vb</c>).</summary>
        Boolean,

        /// <summary>A text (<c>vs</c>).</summary>
        Text,
    }

    /// <summary>A resolved SenML record (RFC 8428 §4.6): base values are already in it.</summary>
    public sealed class SenMLRecord
    {
        /// <summary>The name, base name included.</summary>
        public string Name { get; set; } = "";

        /// <summary>The unit, or null.</summary>
        public string Unit { get; set; }

        /// <summary>Which of the values counts.</summary>
        public SenMLKind Kind { get; set; }

        /// <summary>The number.</summary>
        public double Number { get; set; }

        /// <summary>Significant decimals of the number; -1 where unknown, 0 for a whole number.</summary>
        public int Decimals { get; set; } = -1;

        /// <summary>The truth value.</summary>
        public bool Boolean { get; set; }

        /// <summary>The text.</summary>
        public string Text { get; set; }

        /// <summary>Seconds: since 1970 where at least 2^28, else relative to now (RFC 8428 §4.5.3); 0 is now.</summary>
        public double Time { get; set; }

        /// <summary>A record with a number.</summary>
        public static SenMLRecord OfNumber(string name, string unit, double value, int decimals)
        {
            return new SenMLRecord { Name = name, Unit = unit, Kind = SenMLKind.Number, Number = value, Decimals = decimals };
        }

        /// <summary>A record with a truth value.</summary>
        public static SenMLRecord OfBoolean(string name, bool value)
        {
            return new SenMLRecord { Name = name, Kind = SenMLKind.Boolean, Boolean = value };
        }

        /// <summary>A record with a text.</summary>
        public static SenMLRecord OfText(string name, string value)
        {
            return new SenMLRecord { Name = name, Kind = SenMLKind.Text, Text = value };
        }
    }
}
