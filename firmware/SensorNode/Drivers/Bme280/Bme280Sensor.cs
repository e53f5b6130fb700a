using SensorNode.Sensors;

namespace SensorNode.Drivers.Bme280
{
    /// <summary>
    /// Temperature, humidity and air pressure from a Bosch BME280. The chip measures by itself once a second; a reading takes the last values and
    /// never waits. A chip that was unplugged is set up anew when it answers again.
    /// </summary>
    internal sealed class Bme280Sensor : Sensor
    {
        private const byte ChipIdRegister = 0xD0, ChipId = 0x60;
        private const byte LowRegister = 0x88, HighRegister = 0xE1, DataRegister = 0xF7;
        private const byte HumidityControl = 0xF2, MeasureControl = 0xF4, Configuration = 0xF5;

        // Oversampling ×1 for each, normal mode; 1000 ms between measurements, no filter (chapters 5.4.3, 5.4.5, 5.4.6).
        private const byte HumidityOnce = 0x01, EachOnceNormalMode = 0x27, EverySecond = 0xA0;

        private readonly Bme280Bus _bus;
        private readonly FieldInfo[] _fields =
        {
            new FieldInfo("temperature", "Cel", 2), new FieldInfo("humidity", "%RH", 1), new FieldInfo("pressure", "Pa", 0),
        };

        private readonly byte[] _data = new byte[Bme280Decoder.DataLength];
        private Bme280Decoder _decoder;

        public Bme280Sensor(Bme280Bus bus)
        {
            _bus = bus;
        }

        public override string Model
        {
            get { return "BME280"; }
        }

        public override FieldInfo[] Fields
        {
            get { return _fields; }
        }

        public override bool TryRead(double[] values)
        {
            if (_decoder == null && !TryBegin()) return false;
            if (_bus.TryRead(DataRegister, _data)) return _decoder.TryDecode(_data, values);

            _decoder = null;
            return false;
        }

        private bool TryBegin()
        {
            byte[] id = new byte[1];
            byte[] low = new byte[Bme280Decoder.LowLength];
            byte[] high = new byte[Bme280Decoder.HighLength];
            bool found = _bus.TryRead(ChipIdRegister, id) && id[0] == ChipId
                && _bus.TryRead(LowRegister, low) && _bus.TryRead(HighRegister, high);

            // The humidity setting takes effect with the one of the mode, so the mode is written last (chapter 5.4.3).
            if (!found || !_bus.TryWrite(Configuration, EverySecond) || !_bus.TryWrite(HumidityControl, HumidityOnce)
                || !_bus.TryWrite(MeasureControl, EachOnceNormalMode)) return false;

            _decoder = new Bme280Decoder(low, high);
            return true;
        }
    }
}
