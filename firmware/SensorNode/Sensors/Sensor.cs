namespace SensorNode.Sensors
{
    /// <summary>What measures. A sensor that does not answer says so; it never makes a value up.</summary>
    internal abstract class Sensor
    {
        /// <summary>The model, as told in <c>hello</c>.</summary>
        public abstract string Model { get; }

        /// <summary>The fields, in the order of <see cref="TryRead"/>.</summary>
        public abstract FieldInfo[] Fields { get; }

        /// <summary>Measures all fields into <paramref name="values"/>, which has room for them; false where the chip does not answer.</summary>
        public abstract bool TryRead(double[] values);
    }
}
