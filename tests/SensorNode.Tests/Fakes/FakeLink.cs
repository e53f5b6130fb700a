using System.Collections;
using Edge.Protocol;
using SensorNode.Messaging;

namespace SensorNode.Tests.Fakes
{
    /// <summary>A connection to a gateway that is the test itself.</summary>
    internal sealed class FakeLink : Link
    {
        private readonly ArrayList _topics = new ArrayList();
        private readonly ArrayList _payloads = new ArrayList();
        private bool _connected;
        private int _connection;

        public LinkResult Result { get; set; } = LinkResult.Connected;

        /// <summary>The token of the last attempt; null for a bootstrap session.</summary>
        public string Token { get; private set; }

        public int Attempts
        {
            get { return _connection; }
        }

        public override bool IsConnected
        {
            get { return _connected; }
        }

        public override int Connection
        {
            get { return _connection; }
        }

        public override LinkResult Connect(string node, string token)
        {
            _connection++;
            Token = token;
            _connected = Result == LinkResult.Connected;
            return Result;
        }

        public override void Disconnect()
        {
            _connected = false;
        }

        public override bool Publish(string topic, byte[] payload, bool retain)
        {
            if (!_connected) return false;

            _topics.Add(topic);
            _payloads.Add(payload);
            return true;
        }

        public void Break()
        {
            _connected = false;
        }

        /// <summary>How often a message was sent.</summary>
        public int Count(string message)
        {
            int count = 0;
            for (int i = 0; i < _topics.Count; i++)
            {
                if (((string)_topics[i]).EndsWith("/" + message)) count++;
            }

            return count;
        }

        /// <summary>The last message of a name, or null.</summary>
        public JsonObject Last(string message)
        {
            byte[] payload = LastBytes(message);
            return payload == null ? null : JsonObject.Parse(payload, 0, payload.Length);
        }

        /// <summary>The last payload of a name, or null.</summary>
        public byte[] LastBytes(string message)
        {
            for (int i = _topics.Count - 1; i >= 0; i--)
            {
                if (((string)_topics[i]).EndsWith("/" + message)) return (byte[])_payloads[i];
            }

            return null;
        }

        public void Forget()
        {
            _topics.Clear();
            _payloads.Clear();
        }
    }
}
