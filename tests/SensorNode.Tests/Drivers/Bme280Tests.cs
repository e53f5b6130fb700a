using nanoFramework.TestFramework;
using SensorNode.Drivers.Bme280;

namespace SensorNode.Tests.Drivers
{
    [TestClass]
    internal sealed class Bme280Tests
    {
        // The data sheet's example (BMP280, chapter 3.12: the same formulas): T1..T3, P1..P9.
        private static readonly int[] Trimming = { 27504, 26435, -1000, 36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000 };

        [TestMethod]
        public void The_data_sheets_example_comes_out()
        {
            double[] values = new double[3];
            Assert.IsTrue(Decoder().TryDecode(Data(415148, 519888, 30000), values));
            AssertNear(25.08, values[0], 0.005);
            AssertNear(100653.27, values[2], 0.05);
        }

        [TestMethod]
        public void Humidity_follows_the_integer_formula_of_the_data_sheet()
        {
            // Trimming as read from a real chip: H1 75, H2 369, H3 0, H4 300, H5 50, H6 30.
            double[] values = new double[3];
            int[] raws = { 20000, 25000, 30000, 35000 };
            for (int i = 0; i < raws.Length; i++)
            {
                Assert.IsTrue(Decoder().TryDecode(Data(415148, 519888, raws[i]), values));
                AssertNear(IntegerHumidity(raws[i], 128422), values[1], 0.05);
            }
        }

        [TestMethod]
        public void A_chip_that_has_not_measured_yet_gives_no_value()
        {
            double[] values = new double[3];
            Assert.IsFalse(Decoder().TryDecode(Data(0x80000, 0x80000, 0x8000), values));
        }

        [TestMethod]
        public void Humidity_stays_between_0_and_100()
        {
            double[] values = new double[3];
            Decoder().TryDecode(Data(415148, 519888, 0), values);
            AssertNear(0, values[1], 0);
            Decoder().TryDecode(Data(415148, 519888, 65535), values);
            AssertNear(100, values[1], 0);
        }

        [TestMethod]
        public void A_chip_without_trimming_gives_no_pressure()
        {
            double[] values = new double[3];
            Bme280Decoder decoder = new Bme280Decoder(new byte[Bme280Decoder.LowLength], new byte[Bme280Decoder.HighLength]);
            decoder.TryDecode(Data(1, 1, 1), values);
            Assert.IsTrue(double.IsNaN(values[2]));
        }

        // Chapter 4.2.3, in 64 bits so that no step overflows.
        private static double IntegerHumidity(long raw, long fine)
        {
            const long H1 = 75, H2 = 369, H3 = 0, H4 = 300, H5 = 50, H6 = 30;
            long v = fine - 76800;
            v = (((raw << 14) - (H4 << 20) - (H5 * v) + 16384) >> 15)
                * ((((((v * H6) >> 10) * (((v * H3) >> 11) + 32768)) >> 10) + 2097152) * H2 + 8192 >> 14);
            v -= ((((v >> 15) * (v >> 15)) >> 7) * H1) >> 4;
            v = v < 0 ? 0 : v > 419430400 ? 419430400 : v;
            return (v >> 12) / 1024.0;
        }

        private static Bme280Decoder Decoder()
        {
            byte[] low = new byte[Bme280Decoder.LowLength];
            for (int i = 0; i < Trimming.Length; i++)
            {
                low[2 * i] = (byte)Trimming[i];
                low[(2 * i) + 1] = (byte)(Trimming[i] >> 8);
            }

            low[25] = 75;
            byte[] high = { 113, 1, 0, 300 >> 4, (300 & 15) | ((50 & 15) << 4), 50 >> 4, 30 };
            return new Bme280Decoder(low, high);
        }

        private static byte[] Data(int pressure, int temperature, int humidity)
        {
            return new byte[]
            {
                (byte)(pressure >> 12), (byte)(pressure >> 4), (byte)(pressure << 4),
                (byte)(temperature >> 12), (byte)(temperature >> 4), (byte)(temperature << 4),
                (byte)(humidity >> 8), (byte)humidity,
            };
        }

        private static void AssertNear(double expected, double actual, double tolerance)
        {
            Assert.IsTrue(actual >= expected - tolerance && actual <= expected + tolerance, actual.ToString() + " is not " + expected.ToString());
        }
    }
}
