using SensorNode.Sensors;

namespace SensorNode.Hardware
{
    /// <summary>What the firmware needs of the board that it runs on: an ESP32, or a simulated one.</summary>
    internal abstract class Board
    {
        /// <summary>Milliseconds since some moment; never runs backwards.</summary>
        public abstract long Milliseconds { get; }

        /// <summary>Seconds since 1970, or 0 while the time is not known: an ESP32 has no clock that survives a power cut.</summary>
        public abstract long UnixSeconds { get; }

        /// <summary>Free bytes of managed memory; 0 where it is not known.</summary>
        public abstract long FreeHeap { get; }

        /// <summary>The Wi-Fi signal in dBm; 0 where there is none.</summary>
        public abstract int Rssi { get; }

        /// <summary>The hardware version, for <c>hello</c>.</summary>
        public abstract string HardwareVersion { get; }

        /// <summary>What measures.</summary>
        public abstract Sensor Sensor { get; }

        /// <summary>Any number from 0 up to but not including <paramref name="below"/>; not for secrets.</summary>
        public abstract int Random(int below);

        /// <summary>Switches the status LED; <paramref name="pattern"/> names what it is part of, for those who cannot see it blink.</summary>
        public abstract void SetStatusLed(bool on, string pattern);

        /// <summary>Switches the output that the parameter <c>led</c> controls.</summary>
        public abstract void SetOutput(bool on);

        /// <summary>Brings the network up where it is down; false where it stays down. May take long.</summary>
        public abstract bool EnsureNetwork();

        /// <summary>Starts the board anew, in an orderly way. A board that cannot just returns.</summary>
        public abstract void Restart();

        /// <summary>Tells a developer or an onlooker how it goes, in one line. Never a secret.</summary>
        public abstract void Tell(string line);
    }
}
