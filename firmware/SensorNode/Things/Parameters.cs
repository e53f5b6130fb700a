using Edge.Protocol;
using SensorNode.Hardware;
using SensorNode.Storage;

namespace SensorNode.Things
{
    /// <summary>What can be set on this node: <c>led</c> (the output, boolean) and <c>interval</c> (seconds between telemetry, 1 to 3600).</summary>
    internal sealed class Parameters
    {
        /// <summary>The output.</summary>
        public const string Led = "led";

        /// <summary>The interval of telemetry, in seconds.</summary>
        public const string Interval = "interval";

        /// <summary>The interval until another is set: often enough to watch, rare enough for a year of history.</summary>
        public const int DefaultInterval = 10;

        /// <summary>The shortest and longest interval.</summary>
        public const int MinInterval = 1, MaxInterval = 3600;

        private readonly Board _board;
        private readonly RecordFile _file;

        public Parameters(Board board, string folder)
        {
            _board = board;
            _file = new RecordFile(folder, "parameters");
            byte[] content = _file.Read();
            JsonObject saved = content == null ? null : JsonObject.Parse(content, 0, content.Length);
            int interval = saved == null ? DefaultInterval : saved.GetInt(Interval, DefaultInterval);
            IntervalSeconds = interval < MinInterval || interval > MaxInterval ? DefaultInterval : interval;
            board.SetOutput(false);
        }

        /// <summary>Whether the output is on; off after each start, as a lamp that comes on by itself startles.</summary>
        public bool IsLedOn { get; private set; }

        /// <summary>Seconds between telemetry; kept across restarts.</summary>
        public int IntervalSeconds { get; private set; }

        /// <summary>The descriptions for <c>hello</c>.</summary>
        public static JsonArray Describe()
        {
            return new JsonArray()
                .Add(new JsonObject().Set(MessageKeys.Name, Led).Set(MessageKeys.Type, ValueTypes.Boolean))
                .Add(new JsonObject().Set(MessageKeys.Name, Interval).Set(MessageKeys.Type, ValueTypes.Integer));
        }

        /// <summary>True for a parameter of this node.</summary>
        public static bool Exists(string name)
        {
            return name == Led || name == Interval;
        }

        /// <summary>True where the value, a record with <c>v</c>, <c>vb</c> or <c>vs</c>, fits the parameter.</summary>
        public static bool Fits(string name, JsonObject value)
        {
            if (name == Led) return value.Get(MessageKeys.BooleanValue) is bool;

            // A default out of range tells a missing or broken number.
            int interval = value.GetInt(MessageKeys.Value, 0);
            return interval >= MinInterval && interval <= MaxInterval;
        }

        /// <summary>Sets a value that fits; false where it cannot be kept.</summary>
        public bool Set(string name, JsonObject value)
        {
            if (name == Led)
            {
                IsLedOn = value.GetBool(MessageKeys.BooleanValue, false);
                _board.SetOutput(IsLedOn);
                return true;
            }

            int interval = value.GetInt(MessageKeys.Value, DefaultInterval);
            if (interval == IntervalSeconds) return true;

            IntervalSeconds = interval;
            return _file.Write(new JsonObject().Set(Interval, interval).ToBytes());
        }

        /// <summary>Back to what a new node has.</summary>
        public void Reset()
        {
            IsLedOn = false;
            IntervalSeconds = DefaultInterval;
            _board.SetOutput(false);
            _file.Delete();
        }
    }
}
