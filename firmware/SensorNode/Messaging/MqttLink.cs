using System;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Edge.Protocol;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;
using SensorNode.Settings;

namespace SensorNode.Messaging
{
    /// <summary>MQTT 3.1.1 over nanoFramework's M2Mqtt.</summary>
    internal sealed class MqttLink : Link
    {
        private const ushort KeepAliveSeconds = 60;
        private static readonly byte[] Offline = new JsonObject().Set(MessageKeys.Online, false).ToBytes();

        private readonly NodeSettings _settings;
        private readonly Inbox _inbox;
        private MqttClient _client;
        private int _connection;

        public MqttLink(NodeSettings settings, Inbox inbox)
        {
            _settings = settings;
            _inbox = inbox;
        }

        public override bool IsConnected
        {
            get { return _client != null && _client.IsConnected; }
        }

        public override int Connection
        {
            get { return _connection; }
        }

        public override LinkResult Connect(string node, string token)
        {
            Disconnect();
            _connection++;
            try
            {
                _client = Create();
                MqttReasonCode code = Connect(_client, node, token);
                if (code == MqttReasonCode.Success)
                {
                    _client.Subscribe(new string[] { NodeTopics.DownFilter(node) }, new MqttQoSLevel[] { MqttQoSLevel.AtLeastOnce });
                    return LinkResult.Connected;
                }

                Disconnect();
                return IsRefusal(code) ? LinkResult.Refused : LinkResult.Unavailable;
            }
            catch (Exception)
            {
                // Sockets, TLS and M2Mqtt throw different exceptions for "not now": name not found, no route, wrong certificate, no answer.
                Disconnect();
                return LinkResult.Unavailable;
            }
        }

        public override void Disconnect()
        {
            MqttClient client = _client;
            _client = null;
            if (client == null) return;

            try
            {
                if (client.IsConnected) client.Disconnect();
            }
            catch (Exception)
            {
                // The connection broke while it was ended: it has ended.
            }

            try
            {
                client.Dispose();
            }
            catch (Exception)
            {
                // A socket that is closed already.
            }
        }

        public override bool Publish(string topic, byte[] payload, bool retain)
        {
            if (!IsConnected) return false;

            try
            {
                _client.Publish(topic, payload, null, null, MqttQoSLevel.AtLeastOnce, retain);
                return true;
            }
            catch (Exception)
            {
                // The connection broke meanwhile; the loop sees it and connects again.
                return false;
            }
        }

        private static bool IsRefusal(MqttReasonCode code)
        {
            return code == MqttReasonCode.ConnectionRefusedBadUserNameOrPassword || code == MqttReasonCode.ConnectionRefusedNotAuthorized
                || code == MqttReasonCode.BadUserNameOrPassword || code == MqttReasonCode.NotAuthorized;
        }

        private static MqttReasonCode Connect(MqttClient client, string node, string token)
        {
            // A bootstrap session is clean and has no will (node protocol, "Session"). So is one with a token: what was missed is asked anew.
            if (token == null) return client.Connect(node, node, null, true, KeepAliveSeconds);

            string offline = Encoding.UTF8.GetString(Offline, 0, Offline.Length);
            string will = NodeTopics.Up(node, NodeMessages.State);
            return client.Connect(node, node, token, true, MqttQoSLevel.AtLeastOnce, true, will, offline, true, KeepAliveSeconds);
        }

        private MqttClient Create()
        {
            X509Certificate authority = _settings.Secure ? new X509Certificate(_settings.CaPem) : null;
            MqttSslProtocols protocol = _settings.Secure ? MqttSslProtocols.TLSv1_2 : MqttSslProtocols.None;
            MqttClient client = new MqttClient(_settings.Host, _settings.Port, _settings.Secure, authority, null, protocol);
            client.ProtocolVersion = MqttProtocolVersion.Version_3_1_1;
            int connection = _connection;
            client.MqttMsgPublishReceived += (sender, message) => _inbox.Post(new Signal
            {
                Kind = SignalKind.Message,
                Connection = connection,
                Topic = message.Topic,
                Payload = message.Message,
            });
            client.ConnectionClosed += (sender, args) => _inbox.Post(new Signal { Kind = SignalKind.Closed, Connection = connection });
            return client;
        }
    }
}
