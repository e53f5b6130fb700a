using Edge.Protocol;
using SensorNode.Hardware;
using SensorNode.Messaging;
using SensorNode.Provisioning;

namespace SensorNode.Trust
{
    /// <summary>Serves the messages of trust and ownership, and the button.</summary>
    internal sealed class TrustHandler
    {
        private const int DefaultWindow = 30;
        private readonly Session _session;
        private readonly Board _board;
        private readonly TrustMachine _machine;
        private readonly Enrolment _enrolment;
        private readonly Decider _decider;

        public TrustHandler(Session session, Board board, TrustMachine machine, Enrolment enrolment, Decider decider)
        {
            _session = session;
            _board = board;
            _machine = machine;
            _enrolment = enrolment;
            _decider = decider;
        }

        /// <summary>A server asks for trust. False where the message is not what the protocol says.</summary>
        public bool OnBefriend(JsonObject json, long now)
        {
            int id = json.GetInt(MessageKeys.Id, -1);
            string server = json.GetString(MessageKeys.Server, null);
            if (id < 0 || string.IsNullOrEmpty(server)) return false;

            bool isAnother = _machine.Server != null && !_machine.Trusts(server);
            if (isAnother && _session.HasToken)
            {
                // The first server says whether a second is allowed (XEP-0324 §3.1.4).
                Question question = new Question(NodeMessages.IsFriend, server) { State = json, Handler = OnSecondDecided };
                _decider.Decide(question, now);
                return true;
            }

            string result = _machine.Befriend(id, server, json.GetInt(MessageKeys.Window, DefaultWindow), false, now);
            Answer(json, result);

            // A gateway that had forgotten this node remembers it now: what it refused before may be asked again.
            if (result == BefriendResults.Accepted && !_enrolment.HasTokens) _enrolment.Begin(_machine.IsConfirmed, now);
            return true;
        }

        /// <summary>An answer to what the node asked about tokens; false where nobody waits for it.</summary>
        public bool OnAnswer(string message, JsonObject json, long now)
        {
            if (!_enrolment.Expects(message, json)) return false;

            if (message == NodeMessages.Discovered)
            {
                if (_machine.Confirm(_enrolment.OnDiscovered(json, now))) _enrolment.Begin(true, now);
                else _board.Tell("The server does not offer provisioning: it is not trusted.");
            }
            else if (message == NodeMessages.GetTokenChallenge)
            {
                _enrolment.OnChallenge(json, now);
            }
            else if (message == NodeMessages.GetTokenResponse ? _enrolment.OnTokens(json, now) : _enrolment.OnRefreshed(json, now))
            {
                _board.Tell(message == NodeMessages.GetTokenResponse ? "The first tokens came." : "A new access token came.");
                Reconnect(now);
            }

            return true;
        }

        /// <summary>An error about a token request; false where it is about something else.</summary>
        public bool OnError(int id, string condition, long now)
        {
            return _enrolment.OnError(id, condition, now);
        }

        /// <summary>The owner changed; null for nobody.</summary>
        public void OnOwner(string owner)
        {
            if (_machine.SetOwner(owner)) _board.Tell(owner == null ? "Nobody owns this node any more." : owner + " owns this node.");
        }

        /// <summary>All cached answers are void.</summary>
        public void OnClearCache(JsonObject json)
        {
            // Not acknowledged while flash keeps them: the gateway says it again.
            if (!_decider.ClearCache()) return;

            _board.Tell("The cache is cleared.");
            _session.Send(NodeMessages.ClearCacheResponse, new JsonObject().Set(MessageKeys.Id, json.Get(MessageKeys.Id)));
        }

        /// <summary>The button was pressed.</summary>
        public void OnPress(long now)
        {
            bool isSecond = _machine.Server != null;
            if (!_machine.Press(now)) return;

            _board.Tell("The button accepts the " + (isSecond ? "second server." : "server " + _machine.Server + "."));
            _decider.ClearCache();
            SendResult(_machine.AskedId, BefriendResults.Accepted);
            if (isSecond) return;

            _enrolment.Forget();
            _enrolment.Begin(false, now);
        }

        /// <summary>Looks at the time.</summary>
        public void Tick(long now)
        {
            if (_machine.Expire(now))
            {
                _board.Tell("Nobody pressed the button in time.");
                SendResult(_machine.AskedId, BefriendResults.Timeout);
            }

            _enrolment.Tick(_machine.Server != null, _machine.IsConfirmed, now);
        }

        /// <summary>The connection ended.</summary>
        public void OnClosed()
        {
            _machine.Cancel();
            _enrolment.Abandon();
            _decider.Abandon();
        }

        /// <summary>Forgets everything.</summary>
        public void Reset(long now)
        {
            _machine.Reset();
            _enrolment.Forget();
            _decider.ClearCache();
            Reconnect(now);
        }

        private void OnSecondDecided(Question question, Decision decision)
        {
            JsonObject json = (JsonObject)question.State;
            bool allowed = decision.Allowed && _decider.SecondTrustAllowed;
            int window = json.GetInt(MessageKeys.Window, DefaultWindow);
            string server = json.GetString(MessageKeys.Server, null);
            Answer(json, _machine.Befriend(json.GetInt(MessageKeys.Id, -1), server, window, allowed, _board.Milliseconds));
        }

        private void Answer(JsonObject json, string result)
        {
            string server = json.GetString(MessageKeys.Server, "");
            if (result == null)
            {
                _board.Tell(server + " asks for trust: press the button while the LED blinks fast.");
                return;
            }

            _board.Tell(server + " asks for trust: " + result + ".");
            SendResult(json.GetInt(MessageKeys.Id, -1), result);
        }

        private void SendResult(int id, string result)
        {
            _session.Send(NodeMessages.Befriended, new JsonObject().Set(MessageKeys.Id, id).Set(MessageKeys.Result, result));
        }

        private void Reconnect(long now)
        {
            _session.Close(now);
            OnClosed();
        }
    }
}
