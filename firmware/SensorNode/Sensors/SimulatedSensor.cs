using System;
using SensorNode.Hardware;

namespace SensorNode.Sensors
{
    /// <summary>A sensor without a chip: temperature and humidity that drift slowly around 21.5 °C and 45 %. Its model says what it is.</summary>
    internal sealed class SimulatedSensor : Sensor
    {
        private const double PeriodMilliseconds = 600000;
        private readonly Board _board;
        private readonly FieldInfo[] _fields = { new FieldInfo("temperature", "Cel", 2), new FieldInfo("humidity", "%RH", 1) };

        public SimulatedSensor(Board board)
        {
            _board = board;
        }

        public override string Model
        {
            get { return "Simulated sensor"; }
        }

        public override FieldInfo[] Fields
        {
            get { return _fields; }
        }

        public override bool TryRead(double[] values)
        {
            double turn = 2 * Math.PI * (_board.Milliseconds % (long)PeriodMilliseconds) / PeriodMilliseconds;
            values[0] = 21.5 + (1.5 * Math.Sin(turn)) + Noise();
            values[1] = 45 - (5 * Math.Sin(turn)) + Noise();
            return true;
        }

        private double Noise()
        {
            return (_board.Random(21) - 10) / 100.0;
        }
    }
}
