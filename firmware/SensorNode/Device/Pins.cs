namespace SensorNode.Device
{
    /// <summary>The pins of an ESP32 DevKit; hardware/README.md has the wiring.</summary>
    internal static class Pins
    {
        /// <summary>The LED on the board.</summary>
        public const int StatusLed = 2;

        /// <summary>What the parameter <c>led</c> switches.</summary>
        public const int Output = 4;

        /// <summary>The board's BOOT button, which pulls the pin to ground.</summary>
        public const int Button = 0;

        /// <summary>I2C data and clock.</summary>
        public const int I2cData = 21, I2cClock = 22;

        /// <summary>The first I2C bus, and the BME280 on it with SDO on ground.</summary>
        public const int I2cBus = 1, Bme280Address = 0x76;
    }
}
