using System;
using Edge.Protocol;
using SensorNode.Hardware;
using SensorNode.Messaging;

namespace SensorNode.Trust
{
    /// <summary>
    /// Gets and renews the node's tokens: discovers the trusted server's features, proves with the device secret who it is, and asks for a new
    /// access token in time. One request at a time; what is not answered is asked again.
    /// </summary>
    internal sealed class Enrolment
    {
        /// <summary>How long an answer is waited for before the step is tried again, in milliseconds.</summary>
        public const int AnswerMilliseconds = 15000;

        private readonly Session _session;
        private readonly Board _board;
        private readonly TokenRecord _tokens;
        private readonly RefreshSchedule _schedule = new RefreshSchedule();
        private readonly Backoff _backoff;
        private readonly string _node;
        private readonly byte[] _secret;
        private string _expects;
        private int _id = -1;
        private long _deadline;
        private bool _waits;

        public Enrolment(string node, byte[] secret, Session session, Board board, TokenRecord tokens)
        {
            _node = node;
            _secret = secret;
            _session = session;
            _board = board;
            _tokens = tokens;
            _backoff = new Backoff(board);
            if (tokens.Refresh != null) _schedule.Found(tokens.Lifetime, tokens.ExpiresAt, board.UnixSeconds, board.Milliseconds);
        }

        /// <summary>True once the server refused the access token, until there is another: connect without.</summary>
        public bool IsAccessVoid { get; private set; }

        /// <summary>True where the node has tokens, valid or to be renewed.</summary>
        public bool HasTokens
        {
            get { return _tokens.Refresh != null; }
        }

        /// <summary>The password for the next session, or null for a bootstrap session.</summary>
        public string Password
        {
            get { return IsAccessVoid ? null : _tokens.Access; }
        }

        /// <summary>Begins, for a server that was just trusted; or goes on after a restart. <paramref name="confirmed"/>: its features are known.</summary>
        public void Begin(bool confirmed, long now)
        {
            _waits = false;
            if (!confirmed) Ask(NodeMessages.Discover, NodeMessages.Discovered, new JsonObject(), now);
            else if (_tokens.Refresh == null) Ask(NodeMessages.GetToken, NodeMessages.GetTokenChallenge, new JsonObject(), now);
        }

        /// <summary>The access token was refused: renew it in a bootstrap session.</summary>
        public void OnRefused(long now)
        {
            IsAccessVoid = true;
            _schedule.Refused(now);
        }

        /// <summary>The session ended: answers cannot come any more.</summary>
        public void Abandon()
        {
            _expects = null;
            _waits = false;
        }

        /// <summary>Asks what is due. <paramref name="trusted"/>: there is a server to ask; <paramref name="confirmed"/>: its features are known.</summary>
        public void Tick(bool trusted, bool confirmed, long now)
        {
            if (!trusted || !_session.IsOpen) return;

            if (_expects != null)
            {
                if (now >= _deadline) Retry(now);
            }
            else if (_waits)
            {
                if (now >= _deadline) Begin(confirmed, now);
            }
            else if (_tokens.Refresh == null || !confirmed)
            {
                Begin(confirmed, now);
            }
            else if (now >= _schedule.Due)
            {
                _schedule.Asked(now);
                Ask(NodeMessages.Refresh, NodeMessages.Refreshed, new JsonObject().Set(MessageKeys.Refresh, _tokens.Refresh), now);
            }
        }

        /// <summary>True for an answer that is waited for.</summary>
        public bool Expects(string message, JsonObject json)
        {
            return _expects == message && json.GetInt(MessageKeys.Id, -1) == _id;
        }

        /// <summary>The server's features came; true where it is a provisioning server.</summary>
        public bool OnDiscovered(JsonObject json, long now)
        {
            _expects = null;
            JsonArray features = json.GetArray(MessageKeys.Features);
            for (int i = 0; features != null && i < features.Count; i++)
            {
                if (features.GetString(i) == ServerFeatures.Provisioning) return true;
            }

            return false;
        }

        /// <summary>The challenge came: answers it. False where it is none.</summary>
        public bool OnChallenge(JsonObject json, long now)
        {
            byte[] challenge = Bytes(json.GetString(MessageKeys.Challenge, null));
            if (challenge == null || challenge.Length < 16)
            {
                Retry(now);
                return false;
            }

            byte[] proof = TokenChallenge.Respond(_secret, challenge, _node);
            JsonObject response = new JsonObject().Set(MessageKeys.SeqNr, json.GetInt(MessageKeys.SeqNr, 0));
            response.Set(MessageKeys.Response, Convert.ToBase64String(proof));
            Ask(NodeMessages.GetTokenChallengeResponse, NodeMessages.GetTokenResponse, response, now);
            return true;
        }

        /// <summary>The first tokens came; false where they are none.</summary>
        public bool OnTokens(JsonObject json, long now)
        {
            string refresh = json.GetString(MessageKeys.Refresh, null);
            if (string.IsNullOrEmpty(refresh) || !IsToken(json))
            {
                Retry(now);
                return false;
            }

            string device = json.GetString(MessageKeys.DeviceToken, null);
            int lifetime = json.GetInt(MessageKeys.ExpiresIn, 0);
            if (!_tokens.Start(device, json.GetString(MessageKeys.Access, null), refresh, lifetime, _board.UnixSeconds)) TellStorage();
            Renewed(lifetime, now);
            return true;
        }

        /// <summary>A new access token came; false where it is none.</summary>
        public bool OnRefreshed(JsonObject json, long now)
        {
            if (!IsToken(json))
            {
                Abandon();
                return false;
            }

            int lifetime = json.GetInt(MessageKeys.ExpiresIn, 0);
            if (!_tokens.Renew(json.GetString(MessageKeys.Access, null), lifetime, _board.UnixSeconds)) TellStorage();
            Renewed(lifetime, now);
            return true;
        }

        /// <summary>An error came; false where it is not about a request of this part.</summary>
        public bool OnError(int id, string condition, long now)
        {
            if (_expects == null || id != _id) return false;

            if (_expects == NodeMessages.Refreshed)
            {
                Abandon();
                if (condition == ErrorConditions.NotAuthorized) Forget();
                return true;
            }

            Retry(now);
            return true;
        }

        /// <summary>Forgets all tokens.</summary>
        public void Forget()
        {
            Abandon();
            _schedule.Stop();
            IsAccessVoid = false;
            if (!_tokens.Clear()) TellStorage();
        }

        private static bool IsToken(JsonObject json)
        {
            return !string.IsNullOrEmpty(json.GetString(MessageKeys.Access, null)) && json.GetInt(MessageKeys.ExpiresIn, 0) > 0;
        }

        private static byte[] Bytes(string base64)
        {
            try
            {
                return base64 == null ? null : Convert.FromBase64String(base64);
            }
            catch (Exception)
            {
                // The frameworks throw different exceptions for text that is no base64.
                return null;
            }
        }

        private void Ask(string message, string answer, JsonObject json, long now)
        {
            _waits = false;
            _expects = answer;
            _id = _session.NextId();
            _deadline = now + AnswerMilliseconds;
            _session.Send(message, json.Set(MessageKeys.Id, _id));
        }

        private void Retry(long now)
        {
            // A lost refresh is asked again by the schedule, the other steps from their beginning after a wait.
            _waits = _expects != NodeMessages.Refreshed;
            _expects = null;
            _deadline = now + _backoff.Next();
        }

        private void Renewed(int lifetime, long now)
        {
            Abandon();
            _backoff.Reset();
            IsAccessVoid = false;
            _schedule.Received(lifetime, now, _board.Random(100));
        }

        private void TellStorage()
        {
            _board.Tell("The storage fails: the tokens will be asked for again after a restart.");
        }
    }
}
