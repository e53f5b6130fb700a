using Edge.Protocol;
using SensorNode.Hardware;
using SensorNode.Messaging;
using SensorNode.Provisioning;

namespace SensorNode.Things
{
    /// <summary>Serves <c>set</c> (XEP-0325 §3.1): all parameters are set, or none.</summary>
    internal sealed class SetHandler
    {
        /// <summary>The most parameters of one request; this node has two.</summary>
        public const int MaxParameters = 8;

        private readonly Session _session;
        private readonly Decider _decider;
        private readonly Parameters _parameters;
        private readonly Board _board;

        public SetHandler(Session session, Decider decider, Parameters parameters, Board board)
        {
            _session = session;
            _decider = decider;
            _parameters = parameters;
            _board = board;
        }

        /// <summary>Serves a request; false where it is not what the protocol says.</summary>
        public bool OnSet(JsonObject json, long now)
        {
            int id = json.GetInt(MessageKeys.Id, -1);
            string from = json.GetString(MessageKeys.From, null);
            JsonArray values = json.GetArray(MessageKeys.Parameters);
            string[] names = Names(values);
            if (id < 0 || string.IsNullOrEmpty(from) || names == null) return false;

            for (int i = 0; i < names.Length; i++)
            {
                if (!Parameters.Exists(names[i])) return Answer(id, ControlCodes.NotFound, names[i], "There is no such parameter.");
                if (!Parameters.Fits(names[i], values.GetObject(i))) return Answer(id, ControlCodes.FormError, names[i], "The value does not fit.");
            }

            Question question = new Question(NodeMessages.CanControl, from)
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

        // The names, each once; null where the list is none, is empty or too long, or an item has no name.
        private static string[] Names(JsonArray values)
        {
            if (values == null || values.Count == 0 || values.Count > MaxParameters) return null;

            string[] names = new string[values.Count];
            for (int i = 0; i < names.Length; i++)
            {
                JsonObject value = values.GetObject(i);
                names[i] = value == null ? null : value.GetString(MessageKeys.Name, null);
                if (string.IsNullOrEmpty(names[i])) return null;

                for (int k = 0; k < i; k++)
                {
                    if (names[k] == names[i]) return null;
                }
            }

            return names;
        }

        private void OnDecided(Question question, Decision decision)
        {
            JsonObject json = (JsonObject)question.State;
            int id = json.GetInt(MessageKeys.Id, -1);
            for (int i = 0; i < question.Names.Length; i++)
            {
                if (decision.Allows(question.Names[i])) continue;

                Answer(id, ControlCodes.InsufficientPrivileges, question.Names[i], decision.Reason ?? "The provisioning server allows others only.");
                return;
            }

            JsonArray values = json.GetArray(MessageKeys.Parameters);
            for (int i = 0; i < question.Names.Length; i++)
            {
                if (!_parameters.Set(question.Names[i], values.GetObject(i))) _board.Tell("The storage fails: " + question.Names[i] + " holds until the next start.");
                _board.Tell(question.Jid + " set " + question.Names[i] + ".");
            }

            JsonArray names = new JsonArray();
            for (int i = 0; i < question.Names.Length; i++) names.Add(question.Names[i]);
            Send(id, ControlCodes.Ok, names, null);
        }

        private bool Answer(int id, string code, string name, string text)
        {
            Send(id, code, new JsonArray().Add(name), text);
            return true;
        }

        private void Send(int id, string code, JsonArray names, string text)
        {
            JsonObject json = new JsonObject().Set(MessageKeys.Id, id).Set(MessageKeys.Code, code).Set(MessageKeys.Parameters, names);
            if (text != null) json.Set(MessageKeys.Text, text);
            _session.Send(NodeMessages.SetResponse, json);
        }
    }
}
