using System.Collections;
using SensorNode.Hardware;
using SensorNode.Sensors;

namespace SensorNode.Tests.Fakes
{
    /// <summary>A board whose clock stands still until a test moves it.</summary>
    internal sealed class FakeBoard : Board
    {
        private readonly ArrayList _told = new ArrayList();
        private readonly FakeSensor _sensor = new FakeSensor();
        private long _now = 1000000;

        public bool NetworkUp { get; set; } = true;

        public int RandomValue { get; set; }

        public bool Output { get; private set; }

        public string Pattern { get; private set; }

        public int Restarts { get; private set; }

        public long Unix { get; set; }

        public FakeSensor Chip
        {
            get { return _sensor; }
        }

        public override long Milliseconds
        {
            get { return _now; }
        }

        public override long UnixSeconds
        {
            get { return Unix; }
        }

        public override long FreeHeap
        {
            get { return 50000; }
        }

        public override int Rssi
        {
            get { return -60; }
        }

        public override string HardwareVersion
        {
            get { return "fake"; }
        }

        public override Sensor Sensor
        {
            get { return _sensor; }
        }

        public void Advance(long milliseconds)
        {
            _now += milliseconds;
            if (Unix != 0) Unix += milliseconds / 1000;
        }

        public bool HasTold(string part)
        {
            for (int i = 0; i < _told.Count; i++)
            {
                if (((string)_told[i]).IndexOf(part) >= 0) return true;
            }

            return false;
        }

        public override int Random(int below)
        {
            return RandomValue % below;
        }

        public override void SetStatusLed(bool on, string pattern)
        {
            Pattern = pattern;
        }

        public override void SetOutput(bool on)
        {
            Output = on;
        }

        public override bool EnsureNetwork()
        {
            return NetworkUp;
        }

        public override void Restart()
        {
            Restarts++;
        }

        public override void Tell(string line)
        {
            _told.Add(line);
        }
    }
}
