using SensorNode.Sensors;

namespace SensorNode.Tests.Fakes
{
    /// <summary>A sensor that measures what a test says.</summary>
    internal sealed class FakeSensor : Sensor
    {
        private readonly FieldInfo[] _fields = { new FieldInfo("temperature", "Cel", 2), new FieldInfo("humidity", "%RH", 1) };

        public bool Answers { get; set; } = true;

        public double Temperature { get; set; } = 21.5;

        public override string Model
        {
            get { return "Fake sensor"; }
        }

        public override FieldInfo[] Fields
        {
            get { return _fields; }
        }

        public override bool TryRead(double[] values)
        {
            values[0] = Temperature;
            values[1] = 45;
            return Answers;
        }
    }
}
