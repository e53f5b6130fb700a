using Edge.Protocol;
using SensorNode.Sensors;

namespace SensorNode.Things
{
    /// <summary>Measures, and tells it in SenML.</summary>
    internal sealed class Readings
    {
        private readonly Sensor _sensor;
        private readonly double[] _values;

        public Readings(Sensor sensor)
        {
            _sensor = sensor;
            _values = new double[sensor.Fields.Length];
        }

        /// <summary>True for a field of this node.</summary>
        public bool Exists(string name)
        {
            FieldInfo[] fields = _sensor.Fields;
            for (int i = 0; i < fields.Length; i++)
            {
                if (fields[i].Name == name) return true;
            }

            return false;
        }

        /// <summary>The descriptions for <c>hello</c>.</summary>
        public JsonArray Describe()
        {
            JsonArray fields = new JsonArray();
            for (int i = 0; i < _sensor.Fields.Length; i++)
            {
                FieldInfo field = _sensor.Fields[i];
                fields.Add(new JsonObject().Set(MessageKeys.Name, field.Name).Set(MessageKeys.Unit, field.Unit).Set(MessageKeys.Type, ValueTypes.Number));
            }

            return fields;
        }

        /// <summary>Measures what <paramref name="names"/> (null for all) wants; null where the sensor does not answer.</summary>
        public SenMLPack Measure(string[] names)
        {
            if (!_sensor.TryRead(_values)) return null;

            SenMLPack pack = new SenMLPack();
            for (int i = 0; i < _values.Length; i++)
            {
                FieldInfo field = _sensor.Fields[i];
                if (!IsWanted(field.Name, names) || double.IsNaN(_values[i]) || double.IsInfinity(_values[i])) continue;

                pack.Add(SenMLRecord.OfNumber(field.Name, field.Unit, _values[i], field.Decimals));
            }

            return pack;
        }

        private static bool IsWanted(string name, string[] names)
        {
            if (names == null) return true;

            for (int i = 0; i < names.Length; i++)
            {
                if (names[i] == name) return true;
            }

            return false;
        }
    }
}
