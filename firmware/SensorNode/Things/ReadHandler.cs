using System.Collections;
using Edge.Protocol;
using SensorNode.Messaging;
using SensorNode.Provisioning;

namespace SensorNode.Things
{
    /// <summary>Serves <c>read</c> (XEP-0323 §3): momentary values, of what the provisioning server allows.</summary>
    internal sealed class ReadHandler
    {
        /// <summary>The most names of one request.</summary>
        public const int MaxFields = 32;

        private readonly Session _session;
        private readonly Decider _decider;
        private readonly Readings _readings;

        public ReadHandler(Session session, Decider decider, Readings readings)
        {
            _session = session;
            _decider = decider;
            _readings = readings;
        }

        /// <summary>Serves a request; false where it is not what the protocol says.</summary>
        public bool OnRead(JsonObject json, long now)
        {
            int id = json.GetInt(MessageKeys.Id, -1);
            string from = json.GetString(MessageKeys.From, null);
            JsonArray fields = json.GetArray(MessageKeys.Fields);
            JsonArray types = json.GetArray(MessageKeys.FieldTypes);
            bool odd = (json.Has(MessageKeys.Fields) && fields == null) || (json.Has(MessageKeys.FieldTypes) && types == null);
            if (id < 0 || string.IsNullOrEmpty(from) || odd || (fields != null && fields.Count > MaxFields)) return false;

            string[] names = fields == null || fields.Count == 0 ? null : Known(fields);
            if (names != null && names.Length == 0) return Reject(json, "There is no such field.");
            if (!WantsMomentary(types)) return Reject(json, "This node has momentary values only.");

            Question question = new Question(NodeMessages.CanRead, from)
            {
                Names = names,
                ServiceToken = json.GetString(MessageKeys.ServiceToken, null),
                DeviceToken = json.GetString(MessageKeys.DeviceToken, null),
                UserToken = json.GetString(MessageKeys.UserToken, null),
                State = json,
                Handler = OnDecided,
            };
            _decider.Decide(question, now);
            return true;
        }

        private static bool WantsMomentary(JsonArray types)
        {
            if (types == null || types.Count == 0) return true;

            for (int i = 0; i < types.Count; i++)
            {
                string type = types.GetString(i);
                if (type == FieldTypes.Momentary || type == FieldTypes.All) return true;
            }

            return false;
        }

        // Those that exist: asking for others besides is no fault (XEP-0323 §3.2.3).
        private string[] Known(JsonArray fields)
        {
            ArrayList known = new ArrayList();
            for (int i = 0; i < fields.Count; i++)
            {
                string name = fields.GetString(i);
                if (name != null && _readings.Exists(name) && !known.Contains(name)) known.Add(name);
            }

            return (string[])known.ToArray(typeof(string));
        }

        private void OnDecided(Question question, Decision decision)
        {
            JsonObject request = (JsonObject)question.State;
            if (!decision.Allowed)
            {
                Reject(request, decision.Reason);
                return;
            }

            SenMLPack pack = _readings.Measure(decision.Names ?? question.Names);
            if (pack == null)
            {
                Reject(request, "The sensor does not answer.");
                return;
            }

            _session.Send(NodeMessages.Fields, Answer(request).Set(MessageKeys.SenML, pack.ToArray()).Set(MessageKeys.Done, true));
        }

        private bool Reject(JsonObject request, string text)
        {
            _session.Send(NodeMessages.Rejected, Answer(request).Set(MessageKeys.Text, text));
            return true;
        }

        private static JsonObject Answer(JsonObject request)
        {
            JsonObject answer = new JsonObject().Set(MessageKeys.Id, request.Get(MessageKeys.Id));
            if (request.Has(MessageKeys.SeqNr)) answer.Set(MessageKeys.SeqNr, request.Get(MessageKeys.SeqNr));
            return answer;
        }
    }
}
