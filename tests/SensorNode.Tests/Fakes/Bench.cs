using System;
using Edge.Protocol;
using SensorNode.Messaging;
using SensorNode.Settings;

namespace SensorNode.Tests.Fakes
{
    /// <summary>A whole node on the bench: the test is its gateway, its clock and the person at its button.</summary>
    internal sealed class Bench : IDisposable
    {
        public const string NodeName = "node-1";
        public const string Server = "provisioning.edge.local";

        private const int StepMilliseconds = 100;
        private readonly TestFolder _folder = new TestFolder();
        private Inbox _inbox;
        private bool _running;

        public Bench()
        {
            Start();
        }

        public FakeBoard Board { get; } = new FakeBoard();

        public FakeLink Link { get; private set; }

        public Node Node { get; private set; }

        public byte[] Secret { get; } = new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };

        /// <summary>Switches the node on, with what it has on flash.</summary>
        public void Start()
        {
            NodeSettings settings = new NodeSettings
            {
                Node = NodeName,
                Secret = Secret,
                Manufacturer = "test",
                SerialNumber = "1",
                Host = "gateway",
                Port = 8883,
                Folder = _folder.Path,
            };
            _inbox = new Inbox();
            Link = new FakeLink();
            Node = new Node(settings, Board, Link, _inbox);
            _running = true;
        }

        /// <summary>Switches it off in an orderly way.</summary>
        public void Stop()
        {
            if (_running) Node.Stop();
            _running = false;
        }

        public void Dispose()
        {
            Stop();
            _folder.Dispose();
        }

        /// <summary>Lets time pass, in small steps.</summary>
        public void Run(int milliseconds)
        {
            for (int passed = 0; passed < milliseconds; passed += StepMilliseconds)
            {
                Board.Advance(StepMilliseconds);
                Node.Step();
            }
        }

        /// <summary>The gateway says something.</summary>
        public void Receive(string message, JsonObject json)
        {
            ReceiveBytes(message, json.ToBytes());
        }

        /// <summary>The gateway says something, in bytes.</summary>
        public void ReceiveBytes(string message, byte[] payload)
        {
            _inbox.Post(new Signal
            {
                Kind = SignalKind.Message,
                Connection = Link.Connection,
                Topic = NodeTopics.Down(NodeName, message),
                Payload = payload,
            });
            Node.Step();
        }

        /// <summary>The connection breaks.</summary>
        public void Break()
        {
            Link.Break();
            Ended(Link.Connection);
        }

        /// <summary>The library tells the end of a connection.</summary>
        public void Ended(int connection)
        {
            _inbox.Post(new Signal { Kind = SignalKind.Closed, Connection = connection });
            Node.Step();
        }

        /// <summary>A person presses the button for so long.</summary>
        public void Press(int milliseconds)
        {
            _inbox.Post(new Signal { Kind = SignalKind.Button, IsDown = true, At = Board.Milliseconds });
            Run(milliseconds);
            _inbox.Post(new Signal { Kind = SignalKind.Button, IsDown = false, At = Board.Milliseconds });
            Run(200);
        }

        /// <summary>An answer to the node's last message of a name, which repeats its id.</summary>
        public JsonObject AnswerTo(string message)
        {
            return new JsonObject().Set(MessageKeys.Id, Link.Last(message).Get(MessageKeys.Id));
        }

        public void Befriend(string server)
        {
            Receive(NodeMessages.Befriend, new JsonObject().Set(MessageKeys.Id, 7).Set(MessageKeys.Server, server).Set(MessageKeys.Window, 30));
        }

        /// <summary>Goes all the way to a session with a token.</summary>
        public void Enrol()
        {
            Node.Step();
            Befriend(Server);
            Press(100);
            Discovered(ServerFeatures.Provisioning);
            JsonObject challenge = AnswerTo(NodeMessages.GetToken).Set(MessageKeys.SeqNr, 3).Set(MessageKeys.Challenge, "AAECAwQFBgcICQoLDA0ODw==");
            Receive(NodeMessages.GetTokenChallenge, challenge);
            Receive(NodeMessages.GetTokenResponse, AnswerTo(NodeMessages.GetTokenChallengeResponse).Set(MessageKeys.Access, "token-1")
                .Set(MessageKeys.Refresh, "refresh-1").Set(MessageKeys.DeviceToken, "device-1").Set(MessageKeys.ExpiresIn, 3600));
            Run(200);
        }

        public void Discovered(string feature)
        {
            Receive(NodeMessages.Discovered, AnswerTo(NodeMessages.Discover).Set(MessageKeys.Features, new JsonArray().Add(feature)));
        }

        /// <summary>Somebody reads through the gateway.</summary>
        public void Read(string from, string field)
        {
            JsonObject read = new JsonObject().Set(MessageKeys.Id, 11).Set(MessageKeys.SeqNr, 12).Set(MessageKeys.From, from);
            if (field != null) read.Set(MessageKeys.Fields, new JsonArray().Add(field));
            Receive(NodeMessages.Read, read);
        }

        /// <summary>Somebody sets a parameter through the gateway.</summary>
        public void Set(string from, JsonObject value)
        {
            JsonObject set = new JsonObject().Set(MessageKeys.Id, 21).Set(MessageKeys.From, from);
            Receive(NodeMessages.Set, set.Set(MessageKeys.Parameters, new JsonArray().Add(value)));
        }
    }
}
