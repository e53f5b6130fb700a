using Edge.Protocol;
using SensorNode.Hardware;

namespace SensorNode.Messaging
{
    /// <summary>The session with the gateway: connects, again after a wait, with the access token or as a bootstrap session.</summary>
    internal sealed class Session
    {
        /// <summary>After so many failures in a row the board starts anew: failed TLS handshakes leave native memory behind.</summary>
        public const int MaxFailures = 40;

        private const int MaxId = 65536;
        private readonly string _node;
        private readonly Board _board;
        private readonly Link _link;
        private readonly Backoff _backoff;
        private long _connectAt;
        private int _lastId;

        public Session(string node, Board board, Link link)
        {
            _node = node;
            _board = board;
            _link = link;
            _backoff = new Backoff(board);
            _lastId = board.Random(MaxId);
        }

        /// <summary>True while connected.</summary>
        public bool IsOpen { get; private set; }

        /// <summary>True while connected with a token.</summary>
        public bool HasToken { get; private set; }

        /// <summary>True where the connection ended without a word of it: the library does not always tell.</summary>
        public bool IsLost
        {
            get { return IsOpen && !_link.IsConnected; }
        }

        /// <summary>The number of the present connection.</summary>
        public int Connection
        {
            get { return _link.Connection; }
        }

        /// <summary>Connects where it is due; true where a session begins now. <paramref name="refused"/>: the gateway refused the token.</summary>
        public bool Tick(string token, long now, out bool refused)
        {
            refused = false;
            if (IsOpen || now < _connectAt) return false;

            LinkResult result = _board.EnsureNetwork() ? _link.Connect(_node, token) : LinkResult.Unavailable;
            if (result == LinkResult.Connected)
            {
                _backoff.Reset();
                IsOpen = true;
                HasToken = token != null;
                return true;
            }

            refused = result == LinkResult.Refused && token != null;
            if (_backoff.Failures == 0 && !refused) _board.Tell("The gateway cannot be reached; trying again.");
            if (_backoff.Failures == MaxFailures)
            {
                _board.Tell("No connection for a long time: starting anew.");
                _board.Restart();
            }

            // The time that the attempt took counts as waiting.
            _connectAt = now + _backoff.Next();
            return false;
        }

        /// <summary>True for a message of the present connection to this node; gives its name.</summary>
        public bool IsMine(Signal signal, out string message)
        {
            message = null;
            string node;
            bool isUp;
            return IsOpen && signal.Connection == _link.Connection && NodeTopics.TryParse(signal.Topic, out node, out isUp, out message)
                && !isUp && node == _node;
        }

        /// <summary>The connection ended by itself; false where that was an older one.</summary>
        public bool OnClosed(int connection, long now)
        {
            if (!IsOpen || connection != _link.Connection) return false;

            _link.Disconnect();
            IsOpen = false;
            HasToken = false;
            _connectAt = now + _backoff.Next();
            return true;
        }

        /// <summary>Ends the session; the next one begins at once, or never where the node ends.</summary>
        public void Close(long connectAt)
        {
            _link.Disconnect();
            IsOpen = false;
            HasToken = false;
            _connectAt = connectAt;
        }

        /// <summary>An id for a request.</summary>
        public int NextId()
        {
            _lastId = (_lastId + 1) % MaxId;
            return _lastId;
        }

        /// <summary>Sends a message; false where there is no connection.</summary>
        public bool Send(string message, JsonObject json)
        {
            return SendBytes(message, json.ToBytes(), false);
        }

        /// <summary>Sends a payload; false where there is no connection.</summary>
        public bool SendBytes(string message, byte[] payload, bool retain)
        {
            return IsOpen && _link.Publish(NodeTopics.Up(_node, message), payload, retain);
        }

        /// <summary>Says that a message could not be served; nothing in a bootstrap session, which may not send that.</summary>
        public void SendError(int id, string condition, string text)
        {
            if (!HasToken) return;

            JsonObject json = new JsonObject();
            if (id >= 0) json.Set(MessageKeys.Id, id);
            Send(NodeMessages.Error, json.Set(MessageKeys.Condition, condition).Set(MessageKeys.Text, text));
        }
    }
}
