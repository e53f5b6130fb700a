#nullable enable
using System.Collections;
using System.Security.Cryptography.X509Certificates;

using Edge.Mqtt;
using Edge.Mqtt.Client;

using nanoFramework.M2Mqtt.Messages;

// Stand-ins with the names and signatures that the firmware uses of nanoFramework.M2Mqtt 5.1.220; a test compiles the firmware against the
// whole true API.
namespace nanoFramework.M2Mqtt;

internal enum MqttSslProtocols
{
    None = 0,
    TLSv1_2 = 4,
}

internal enum MqttProtocolVersion
{
    Version_3_1_1 = 4,
}

internal interface IMqttClient
{
    delegate void MqttMsgPublishEventHandler(object sender, MqttMsgPublishEventArgs e);

    delegate void ConnectionClosedEventHandler(object sender, EventArgs e);
}

/// <summary>M2Mqtt's client on Edge.Mqtt's.</summary>
internal sealed class MqttClient : IDisposable
{
    private readonly BlockingMqttClient _client;

    public MqttClient(
        string brokerHostName, int brokerPort, bool secure, X509Certificate? caCert, X509Certificate? clientCert, MqttSslProtocols sslProtocol)
    {
        if (clientCert is not null || secure != (sslProtocol == MqttSslProtocols.TLSv1_2))
            throw new NotSupportedException("Client certificates and other versions of TLS have no stand-in.");

        _client = new BlockingMqttClient(new MqttEndpoint(brokerHostName, brokerPort, secure) { AuthorityPem = caCert?.Pem });
        _client.MessageReceived += message => MqttMsgPublishReceived?.Invoke(
            this, new MqttMsgPublishEventArgs(message.Topic, message.Payload.ToArray(), false, (MqttQoSLevel)message.QoS, message.Retain));
        _client.Closed += _ => ConnectionClosed?.Invoke(this, EventArgs.Empty);
    }

    public event IMqttClient.MqttMsgPublishEventHandler? MqttMsgPublishReceived;

    public event IMqttClient.ConnectionClosedEventHandler? ConnectionClosed;

    public bool IsConnected => _client.IsConnected;

    public MqttProtocolVersion ProtocolVersion { get; set; } = MqttProtocolVersion.Version_3_1_1;

    public MqttReasonCode Connect(string clientId, string username, string? password, bool cleanSession, ushort keepAlivePeriod) =>
        (MqttReasonCode)_client.Connect(Options(clientId, username, password, cleanSession, keepAlivePeriod));

    public MqttReasonCode Connect(
        string clientId,
        string username,
        string password,
        bool willRetain,
        MqttQoSLevel willQosLevel,
        bool willFlag,
        string willTopic,
        string willMessage,
        bool cleanSession,
        ushort keepAlivePeriod)
    {
        var options = Options(clientId, username, password, cleanSession, keepAlivePeriod);
        return (MqttReasonCode)_client.Connect(willFlag ? options with { Will = Message(willTopic, willMessage, willQosLevel, willRetain) } : options);
    }

    public ushort Subscribe(string[] topics, MqttQoSLevel[] qosLevels)
    {
        for (var i = 0; i < topics.Length; i++)
            if (!_client.Subscribe(topics[i], (MqttQoS)qosLevels[i])) throw new IOException("The server refused the subscription.");
        return 0;
    }

    public ushort Publish(string topic, byte[] message, string? contentType, ArrayList? userProperties, MqttQoSLevel qosLevel, bool retain)
    {
        if (contentType is not null || userProperties is not null) throw new NotSupportedException("MQTT 3.1.1 has no properties.");

        // As M2Mqtt: the message is queued, and a broken connection is told by ConnectionClosed.
        _client.Post(new MqttMessage(topic, message, (MqttQoS)qosLevel, retain), static _ => { });
        return 0;
    }

    public void Disconnect() => _client.Disconnect();

    public void Dispose() => _client.Dispose();

    private static MqttClientOptions Options(string clientId, string username, string? password, bool cleanSession, ushort keepAlivePeriod) => new()
    {
        ClientId = clientId,
        UserName = username,
        Password = password,
        CleanSession = cleanSession,
        KeepAliveSeconds = keepAlivePeriod,
    };

    private static MqttMessage Message(string topic, string text, MqttQoSLevel qos, bool retain) =>
        new(topic, System.Text.Encoding.UTF8.GetBytes(text), (MqttQoS)qos, retain);
}
