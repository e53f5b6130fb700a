namespace Edge.Protocol
{
    /// <summary>A number that was written with a fraction or an exponent. It remembers its decimals: 21.50 is not 21.5.</summary>
    public sealed class JsonNumber
    {
        /// <summary>The most decimals that are kept.</summary>
        public const int MaxDecimals = 9;

        /// <summary>Makes a number; <paramref name="decimals"/> -1 means as many as it takes.</summary>
        public JsonNumber(double value, int decimals)
        {
            Value = value;
            Decimals = decimals > MaxDecimals ? MaxDecimals : decimals;
        }

        /// <summary>The value.</summary>
        public double Value { get; }

        /// <summary>How many decimals are significant; -1 where unknown.</summary>
        public int Decimals { get; }

        /// <summary>As it is written in JSON.</summary>
        public override string ToString()
        {
            return Decimals >= 0 ? Value.ToString("F" + Decimals.ToString()) : Value.ToString();
        }
    }
}
