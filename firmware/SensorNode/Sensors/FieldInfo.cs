namespace SensorNode.Sensors
{
    /// <summary>A field that a sensor measures.</summary>
    internal sealed class FieldInfo
    {
        public FieldInfo(string name, string unit, int decimals)
        {
            Name = name;
            Unit = unit;
            Decimals = decimals;
        }

        /// <summary>The name, such as <c>temperature</c>.</summary>
        public string Name { get; }

        /// <summary>The unit (RFC 8428 §12.1), such as <c>Cel</c>.</summary>
        public string Unit { get; }

        /// <summary>How many decimals are worth telling.</summary>
        public int Decimals { get; }
    }
}
