using System;
using System.Device.Gpio;
using System.Device.I2c;
using nanoFramework.Hardware.Esp32;
using nanoFramework.Runtime.Native;
using SensorNode.Drivers.Bme280;
using SensorNode.Hardware;
using SensorNode.Messaging;
using SensorNode.Sensors;
using SensorNode.Settings;

namespace SensorNode.Device
{
    /// <summary>An ESP32 DevKit.</summary>
    internal sealed class EspBoard : Board
    {
        // Before this year the clock has not been set since the last power cut.
        private const int FirstYear = 2026;

        private readonly GpioPin _statusLed;
        private readonly GpioPin _output;
        private readonly GpioPin _button;
        private readonly Random _random = new Random();
        private Network _network;
        private Sensor _sensor;

        public EspBoard()
        {
            GpioController gpio = new GpioController();
            _statusLed = gpio.OpenPin(Pins.StatusLed, PinMode.Output);
            _output = gpio.OpenPin(Pins.Output, PinMode.Output);
            _button = gpio.OpenPin(Pins.Button, PinMode.InputPullUp);
        }

        public override long Milliseconds
        {
            get { return System.Environment.TickCount64; }
        }

        public override long UnixSeconds
        {
            get
            {
                DateTime now = DateTime.UtcNow;
                return now.Year < FirstYear ? 0 : now.ToUnixTimeSeconds();
            }
        }

        public override long FreeHeap
        {
            get { return nanoFramework.Runtime.Native.GC.Run(false); }
        }

        // The signal of the present connection is not to be had without a scan, which would interrupt it.
        public override int Rssi
        {
            get { return 0; }
        }

        public override string HardwareVersion
        {
            get { return SystemInfo.TargetName; }
        }

        public override Sensor Sensor
        {
            get { return _sensor; }
        }

        /// <summary>Prepares the network and the sensor.</summary>
        public void Use(NodeSettings settings)
        {
            _network = new Network(settings);
            if (settings.Sensor == SettingsFile.Simulated)
            {
                _sensor = new SimulatedSensor(this);
                return;
            }

            Configuration.SetPinFunction(Pins.I2cData, DeviceFunction.I2C1_DATA);
            Configuration.SetPinFunction(Pins.I2cClock, DeviceFunction.I2C1_CLOCK);
            _sensor = new Bme280Sensor(new Bme280Bus(I2cDevice.Create(new I2cConnectionSettings(Pins.I2cBus, Pins.Bme280Address))));
        }

        /// <summary>Tells the inbox when the button's contact changes.</summary>
        public void WatchButton(Inbox inbox)
        {
            _button.ValueChanged += (sender, change) => inbox.Post(new Signal
            {
                Kind = SignalKind.Button,
                IsDown = change.ChangeType == PinEventTypes.Falling,
                At = Milliseconds,
            });
        }

        public override int Random(int below)
        {
            return _random.Next(below);
        }

        public override void SetStatusLed(bool on, string pattern)
        {
            _statusLed.Write(on ? PinValue.High : PinValue.Low);
        }

        public override void SetOutput(bool on)
        {
            _output.Write(on ? PinValue.High : PinValue.Low);
        }

        public override bool EnsureNetwork()
        {
            return _network.Ensure();
        }

        public override void Restart()
        {
            Power.RebootDevice();
        }

        public override void Tell(string line)
        {
            Console.WriteLine(line);
        }
    }
}
