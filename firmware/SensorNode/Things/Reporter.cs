using Edge.Protocol;
using SensorNode.Hardware;
using SensorNode.Led;
using SensorNode.Messaging;
using SensorNode.Settings;

namespace SensorNode.Things
{
    /// <summary>Tells the gateway, unasked, what the node is, how it does and what it measures.</summary>
    internal sealed class Reporter
    {
        /// <summary>The firmware's version.</summary>
        public const string Firmware = "0.1.0";

        /// <summary>How often <c>state</c> is told, in milliseconds.</summary>
        public const int StateMilliseconds = 60000;

        private readonly NodeSettings _settings;
        private readonly Session _session;
        private readonly Board _board;
        private readonly Readings _readings;
        private readonly StatusLed _led;
        private readonly long _startedAt;
        private long _telemetryDue;
        private long _stateDue;

        public Reporter(NodeSettings settings, Session session, Board board, Readings readings, StatusLed led)
        {
            _settings = settings;
            _session = session;
            _board = board;
            _readings = readings;
            _led = led;
            _startedAt = board.Milliseconds;
        }

        /// <summary>A session began: says hello, and what is due at once.</summary>
        public void Begin(string state, long now)
        {
            JsonObject hello = new JsonObject();
            hello.Set(MessageKeys.Man, _settings.Manufacturer).Set(MessageKeys.Model, _board.Sensor.Model).Set(MessageKeys.Sn, _settings.SerialNumber);
            hello.Set(MessageKeys.Hw, _board.HardwareVersion).Set(MessageKeys.Fw, Firmware).Set(MessageKeys.State, state);
            hello.Set(MessageKeys.Features, new JsonArray().Add(NodeMessages.Read).Add(NodeMessages.Set));
            hello.Set(MessageKeys.Fields, _readings.Describe()).Set(MessageKeys.Parameters, Parameters.Describe());
            _session.Send(NodeMessages.Hello, hello);
            _telemetryDue = now;
            _stateDue = now;
        }

        /// <summary>Tells what is due, in sessions with a token.</summary>
        public void Tick(int intervalSeconds, long now)
        {
            if (!_session.HasToken) return;

            if (now >= _stateDue)
            {
                _stateDue = now + StateMilliseconds;
                SendState(now);
            }

            // A shorter interval holds at once, not after the longer one.
            if (_telemetryDue > now + (intervalSeconds * 1000L)) _telemetryDue = now + (intervalSeconds * 1000L);
            if (now < _telemetryDue) return;

            _telemetryDue = now + (intervalSeconds * 1000L);
            SendTelemetry();
        }

        private void SendState(long now)
        {
            JsonObject state = new JsonObject().Set(MessageKeys.Online, true).Set(MessageKeys.Uptime, (now - _startedAt) / 1000);
            if (_board.FreeHeap != 0) state.Set(MessageKeys.Heap, _board.FreeHeap);
            if (_board.Rssi != 0) state.Set(MessageKeys.Rssi, _board.Rssi);
            _session.SendBytes(NodeMessages.State, state.Set(MessageKeys.Fw, Firmware).ToBytes(), true);
        }

        private void SendTelemetry()
        {
            SenMLPack pack = _readings.Measure(null);
            if (pack == null)
            {
                _board.Tell("The sensor does not answer.");
                return;
            }

            if (pack.Count > 0 && _session.SendBytes(NodeMessages.Telemetry, pack.ToBytes(), false)) _led.Flash();
        }
    }
}
