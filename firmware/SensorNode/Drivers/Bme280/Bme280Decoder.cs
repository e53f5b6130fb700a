namespace SensorNode.Drivers.Bme280
{
    /// <summary>
    /// Makes values of raw readings, with the trimming parameters of one chip (data sheet BST-BME280-DS002, chapters 4.2.2 and 8.1: the
    /// floating-point formulas). Pure: it knows no bus.
    /// </summary>
    internal sealed class Bme280Decoder
    {
        /// <summary>Bytes from 0x88, from 0xE1, and of a reading from 0xF7.</summary>
        public const int LowLength = 26, HighLength = 7, DataLength = 8;

        // What a measurement that was left out or is not done yet reads as (chapter 5.4.7 f.).
        private const int NoValue20 = 0x80000, NoValue16 = 0x8000;

        private readonly double[] _t = new double[4];
        private readonly double[] _p = new double[10];
        private readonly double[] _h = new double[7];

        /// <summary>Takes the trimming parameters (table 16): registers 0x88 to 0xA1, and 0xE1 to 0xE7.</summary>
        public Bme280Decoder(byte[] low, byte[] high)
        {
            _t[1] = Unsigned(low, 0);
            for (int i = 2; i <= 3; i++) _t[i] = Signed(low, 2 * (i - 1));
            _p[1] = Unsigned(low, 6);
            for (int i = 2; i <= 9; i++) _p[i] = Signed(low, 4 + (2 * i));
            _h[1] = low[25];
            _h[2] = Signed(high, 0);
            _h[3] = high[2];
            _h[4] = ((sbyte)high[3] * 16) + (high[4] & 15);
            _h[5] = ((sbyte)high[5] * 16) + (high[4] >> 4);
            _h[6] = (sbyte)high[6];
        }

        /// <summary>Decodes the registers 0xF7 to 0xFE into °C, % relative humidity and Pa; false where the chip has not measured yet.</summary>
        public bool TryDecode(byte[] data, double[] values)
        {
            int pressure = (data[0] << 12) | (data[1] << 4) | (data[2] >> 4);
            int temperature = (data[3] << 12) | (data[4] << 4) | (data[5] >> 4);
            int humidity = (data[6] << 8) | data[7];
            if (temperature == NoValue20 || pressure == NoValue20 || humidity == NoValue16) return false;

            double fine = Fine(temperature);
            values[0] = fine / 5120.0;
            values[1] = Humidity(humidity, fine);
            values[2] = Pressure(pressure, fine);
            return true;
        }

        private static double Unsigned(byte[] data, int at)
        {
            return data[at] | (data[at + 1] << 8);
        }

        private static double Signed(byte[] data, int at)
        {
            return (short)(data[at] | (data[at + 1] << 8));
        }

        // The temperature in units that the other two formulas want.
        private double Fine(int raw)
        {
            double first = ((raw / 16384.0) - (_t[1] / 1024.0)) * _t[2];
            double offset = (raw / 131072.0) - (_t[1] / 8192.0);
            return first + (offset * offset * _t[3]);
        }

        private double Pressure(int raw, double fine)
        {
            double a = (fine / 2.0) - 64000.0;
            double b = (a * a * _p[6] / 32768.0) + (a * _p[5] * 2.0);
            b = (b / 4.0) + (_p[4] * 65536.0);
            a = ((_p[3] * a * a / 524288.0) + (_p[2] * a)) / 524288.0;
            a = (1.0 + (a / 32768.0)) * _p[1];

            // Trimming parameters of zero: no chip, or a broken one.
            if (a == 0) return double.NaN;

            double pascal = ((1048576.0 - raw) - (b / 4096.0)) * 6250.0 / a;
            a = _p[9] * pascal * pascal / 2147483648.0;
            b = pascal * _p[8] / 32768.0;
            return pascal + ((a + b + _p[7]) / 16.0);
        }

        private double Humidity(int raw, double fine)
        {
            double h = fine - 76800.0;
            h = (raw - ((_h[4] * 64.0) + (_h[5] / 16384.0 * h)))
                * (_h[2] / 65536.0 * (1.0 + (_h[6] / 67108864.0 * h * (1.0 + (_h[3] / 67108864.0 * h)))));
            h *= 1.0 - (_h[1] * h / 524288.0);
            return h < 0 ? 0 : h > 100 ? 100 : h;
        }
    }
}
