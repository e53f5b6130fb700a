using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Client;

public sealed class MqttClientV5Tests
{
    private readonly ScriptedServer _server = new();

    [Fact]
    public async Task CONNECT_carries_what_the_options_say()
    {
        var (client, connect) = await ConnectAsync(Options() with
        {
            CleanSession = false,
            ReceiveMaximum = 7,
            TopicAliasMaximum = 3,
            MaxPacketBytes = 1000,
            RequestResponseInformation = true,
            UserProperties = [new("a", "b")],
            Will = new("gone", default),
            WillDelaySeconds = 30,
            Password = "secret",
        });

        Assert.Equal((ProtocolVersion.V5, uint.MaxValue, (ushort)7, (ushort)3, 1000u), (connect.Version, connect.SessionExpirySeconds, connect.ReceiveMaximum, connect.TopicAliasMaximum, connect.MaximumPacketSize));
        Assert.Equal(("gone", 30u, "secret", null), (connect.Will!.Topic, connect.WillDelaySeconds, connect.Password, connect.UserName));
        Assert.True(connect.RequestResponseInformation);
        Assert.Equal([new("a", "b")], connect.UserProperties);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task What_the_server_says_in_CONNACK_can_be_read()
    {
        var (client, _) = await ConnectAsync(Options(), new() { AssignedClientId = "made", ResponseInformation = "r/", ServerKeepAlive = 7, SessionExpirySeconds = 5 });

        Assert.Equal(("made", "r/", (ushort?)7, 5u), (client.Server.AssignedClientId, client.Server.ResponseInformation, client.Server.KeepAliveSeconds, client.Server.SessionExpirySeconds));
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_refusal_tells_reason_words_and_the_other_server()
    {
        var connecting = MqttClient.ConnectAsync(_server.Client, Options());
        await _server.AcceptAsync(new() { Reason = MqttReason.UseAnotherServer, ReasonString = "full", ServerReference = "b.example" });

        var refused = await Assert.ThrowsAsync<MqttConnectRefusedException>(() => connecting);

        Assert.Equal((MqttReason.UseAnotherServer, "full", "b.example", (byte)3), (refused.Reason, refused.Answer!.ReasonString, refused.Answer.ServerReference, refused.ReturnCode));
    }

    [Fact]
    public async Task The_server_s_farewell_is_the_reason_of_the_end()
    {
        var (client, _) = await ConnectAsync(Options());

        await _server.SendAsync(new DisconnectPacket { Reason = MqttReason.ServerMoved, ServerReference = "b.example" }.ToBytes(ProtocolVersion.V5));

        var reason = Assert.IsType<MqttDisconnectedException>(await client.Closed);
        Assert.Equal((MqttReason.ServerMoved, "b.example"), (reason.Reason, reason.ServerReference));
        await client.DisposeAsync();
    }

    [Theory]
    [InlineData(MqttQoS.AtLeastOnce)]
    [InlineData(MqttQoS.ExactlyOnce)]
    public async Task A_message_that_the_server_refuses_ends_with_its_reason(MqttQoS qos)
    {
        var answer = qos == MqttQoS.AtLeastOnce ? PacketType.PubAck : PacketType.PubRec;
        var (client, _) = await ConnectAsync(Options());
        var publishing = client.PublishAsync(new("t", default, qos));
        var packet = await _server.PublishAsync();

        await _server.AckAsync(answer, packet.PacketId, MqttReason.NotAuthorized, "no");

        Assert.Equal(new(MqttReason.NotAuthorized, "no"), await publishing);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_server_with_receive_maximum_one_gets_one_at_a_time()
    {
        var (client, _) = await ConnectAsync(Options(), new() { ReceiveMaximum = 1 });
        Task<MqttPublishResult>[] publishing = [.. Enumerable.Range(0, 3).Select(i => client.PublishAsync(Text($"{i}", MqttQoS.AtLeastOnce)))];

        for (var i = 0; i < 3; i++)
        {
            var packet = await _server.PublishAsync();
            Assert.Equal($"{i}", Encoding.UTF8.GetString(packet.Payload.Span));
            Assert.True(_server.IsSilent);
            await _server.AckAsync(PacketType.PubAck, packet.PacketId);
        }

        Assert.All(await Task.WhenAll(publishing), r => Assert.True(r.IsSuccess));
        await client.DisposeAsync();
    }

    [Fact]
    public async Task What_the_server_cannot_take_is_not_sent()
    {
        var (client, _) = await ConnectAsync(Options(), new() { MaximumPacketSize = 40, MaximumQoS = MqttQoS.AtLeastOnce, RetainAvailable = false });

        Assert.Equal(MqttReason.PacketTooLarge, (await client.PublishAsync(new("t", new byte[100]))).Reason);
        Assert.Equal(MqttReason.PacketTooLarge, (await client.PublishAsync(new("t", new byte[100], MqttQoS.AtLeastOnce))).Reason);
        Assert.Equal(MqttReason.QoSNotSupported, (await client.PublishAsync(new("t", default, MqttQoS.ExactlyOnce))).Reason);
        Assert.Equal(MqttReason.RetainNotSupported, (await client.PublishAsync(new("t", default, Retain: true))).Reason);
        Assert.True(_server.IsSilent);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Topics_are_abbreviated_as_far_as_the_server_allows()
    {
        var (client, _) = await ConnectAsync(Options(), new() { TopicAliasMaximum = 1 });
        foreach (var topic in new[] { "long/topic/1", "long/topic/1", "long/topic/2" }) await client.PublishAsync(new(topic, default));

        var sent = new[] { await _server.PublishAsync(), await _server.PublishAsync(), await _server.PublishAsync() };

        Assert.Equal([("long/topic/1", 1), ("", 1), ("long/topic/2", 0)], sent.Select(p => (Encoding.UTF8.GetString(p.Topic.Span), (int)p.TopicAlias)));
        await client.DisposeAsync();
    }

    [Fact]
    public async Task The_server_s_abbreviations_are_understood()
    {
        var (client, _) = await ConnectAsync(Options() with { TopicAliasMaximum = 2 });

        await _server.PublishAsync("some/topic", "1", alias: 2);
        await _server.PublishAsync("some/topic", "2", alias: 2, omit: true);

        Assert.Equal("some/topic", (await client.Messages.ReadAsync()).Topic);
        Assert.Equal("some/topic", (await client.Messages.ReadAsync()).Topic);
        await client.DisposeAsync();
    }

    [Theory]
    [InlineData(3, false)] // beyond the maximum
    [InlineData(1, true)] // never given
    public async Task A_wrong_abbreviation_ends_the_connection_with_its_reason(ushort alias, bool omit)
    {
        var (client, _) = await ConnectAsync(Options() with { TopicAliasMaximum = 2 });

        await _server.PublishAsync("some/topic", "x", alias: alias, omit: omit);

        await ExpectFarewellAsync(client, MqttReason.TopicAliasInvalid);
    }

    [Fact]
    public async Task More_than_the_receive_maximum_ends_the_connection_with_its_reason()
    {
        var never = new TaskCompletionSource();
        var (client, _) = await ConnectAsync(Options() with { ReceiveMaximum = 2, OnMessage = async (_, cancel) => await never.Task.WaitAsync(cancel) });

        for (ushort id = 1; id <= 3; id++) await _server.PublishAsync("t", "x", MqttQoS.AtLeastOnce, id);

        await ExpectFarewellAsync(client, MqttReason.ReceiveMaximumExceeded);
    }

    [Fact]
    public async Task A_packet_beyond_the_limit_ends_the_connection_with_its_reason()
    {
        var (client, _) = await ConnectAsync(Options() with { MaxPacketBytes = 100 });

        await _server.PublishAsync("t", new string('x', 200));

        await ExpectFarewellAsync(client, MqttReason.PacketTooLarge);
    }

    [Fact]
    public async Task A_message_brings_the_identifiers_of_its_subscriptions()
    {
        var received = new TaskCompletionSource<MqttReceived>();
        var (client, _) = await ConnectAsync(Options() with
        {
            OnReceived = (message, _) =>
            {
                received.SetResult(message);
                return default;
            },
        });

        await _server.PublishAsync("t", "x", ids: [7, 9]);

        Assert.Equal([7u, 9u], (await received.Task).SubscriptionIds);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_subscription_carries_its_options_and_brings_the_reasons()
    {
        var (client, _) = await ConnectAsync(Options());
        var subscribing = client.SubscribeAsync([new MqttSubscription("a/#") { NoLocal = true, RetainAsPublished = true, RetainHandling = MqttRetainHandling.Never, Id = 5 }]);

        var packet = await _server.GrantAsync(MqttReason.NotAuthorized);

        Assert.Equal(5u, packet.SubscriptionId);
        Assert.Equal(new("a/#", MqttQoS.AtLeastOnce, true, true, 2), packet.Entries[0]);
        var result = await subscribing;
        Assert.False(result.IsSuccess);
        Assert.Equal([MqttReason.NotAuthorized], result.Reasons);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Properties_go_out_and_come_in()
    {
        var (client, _) = await ConnectAsync(Options());
        var properties = new MqttMessageProperties { IsText = true, ContentType = "text/plain", ResponseTopic = "r", CorrelationData = new byte[] { 1 }, ExpirySeconds = 60, UserProperties = [new("a", "1"), new("a", "2")] };

        await client.PublishAsync(new("t", default) { Properties = properties });

        var sent = (await _server.PublishAsync()).ReadProperties()!;
        Assert.Equal((true, "text/plain", "r", 60u), (sent.IsText, sent.ContentType, sent.ResponseTopic, sent.ExpirySeconds));
        Assert.Equal(properties.UserProperties, sent.UserProperties);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task An_enhanced_authentication_goes_to_and_fro_and_again()
    {
        var options = Options() with { Authenticator = new Echo() };
        var connecting = MqttClient.ConnectAsync(_server.Client, options);
        var connect = ConnectPacket.Read(await _server.ReadAsync(PacketType.Connect));
        Assert.Equal(("ECHO", "first"), (connect.AuthenticationMethod, Encoding.UTF8.GetString(connect.AuthenticationData!.Value.Span)));
        await _server.SendAsync(new AuthPacket(MqttReason.ContinueAuthentication) { Method = "ECHO", Data = "who"u8.ToArray() }.ToBytes());
        Assert.Equal("who!", Encoding.UTF8.GetString(AuthPacket.Read(await _server.ReadAsync(PacketType.Auth), ProtocolVersion.V5).Data!.Value.Span));
        await _server.SendAsync(new ConnAckPacket { AuthenticationMethod = "ECHO" }.ToBytes(ProtocolVersion.V5));
        await using var client = await connecting;

        var again = client.ReauthenticateAsync();
        var packet = AuthPacket.Read(await _server.ReadAsync(PacketType.Auth), ProtocolVersion.V5);
        Assert.Equal((MqttReason.ReAuthenticate, "again"), (packet.Reason, Encoding.UTF8.GetString(packet.Data!.Value.Span)));
        await _server.SendAsync(new AuthPacket(MqttReason.Success) { Method = "ECHO" }.ToBytes());

        await again;
    }

    [Fact]
    public async Task A_re_authentication_that_the_server_refuses_fails()
    {
        var connecting = MqttClient.ConnectAsync(_server.Client, Options() with { Authenticator = new Echo() });
        await _server.AcceptAsync(new() { AuthenticationMethod = "ECHO" });
        await using var client = await connecting;
        var again = client.ReauthenticateAsync();
        await _server.ReadAsync(PacketType.Auth);

        await _server.SendAsync(new DisconnectPacket { Reason = MqttReason.NotAuthorized }.ToBytes(ProtocolVersion.V5));

        await Assert.ThrowsAsync<IOException>(() => again);
    }

    [Fact]
    public async Task A_goodbye_may_ask_for_the_will_and_for_a_longer_session()
    {
        var (client, _) = await ConnectAsync(Options());

        await client.DisconnectAsync(MqttReason.DisconnectWithWill, 60);

        var packet = DisconnectPacket.Read(await _server.ReadAsync(PacketType.Disconnect), ProtocolVersion.V5);
        Assert.Equal((MqttReason.DisconnectWithWill, 60u), (packet.Reason, packet.SessionExpirySeconds));
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_QoS_2_message_that_comes_twice_is_handed_over_once()
    {
        var count = 0;
        var (client, _) = await ConnectAsync(Options() with
        {
            OnMessage = (_, _) =>
            {
                count++;
                return default;
            },
        });

        await _server.PublishAsync("t", "x", MqttQoS.ExactlyOnce, 3);
        await _server.AckAsync(PacketType.PubRec);
        await _server.PublishAsync("t", "x", MqttQoS.ExactlyOnce, 3, duplicate: true);
        await _server.AckAsync(PacketType.PubRec);
        await _server.AckAsync(PacketType.PubRel, 3);
        Assert.Equal(MqttReason.Success, (await _server.AckAsync(PacketType.PubComp)).Reason);
        await _server.AckAsync(PacketType.PubRel, 3);
        Assert.Equal(MqttReason.PacketIdentifierNotFound, (await _server.AckAsync(PacketType.PubComp)).Reason);

        Assert.Equal(1, count);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task The_password_comes_fresh_from_its_provider_and_appears_nowhere()
    {
        var options = Options() with { Password = "old", PasswordProvider = _ => ValueTask.FromResult<string?>("fresh") };
        var (client, connect) = await ConnectAsync(options);

        Assert.Equal("fresh", connect.Password);
        Assert.DoesNotContain("old", options.ToString(), StringComparison.Ordinal);
        await client.DisposeAsync();
    }

    private static MqttClientOptions Options() => new() { Version = ProtocolVersion.V5, ClientId = "n", KeepAliveSeconds = 0 };

    private static MqttMessage Text(string text, MqttQoS qos) => new("t", Encoding.UTF8.GetBytes(text), qos);

    private async Task<(MqttClient Client, ConnectPacket Connect)> ConnectAsync(MqttClientOptions options, ConnAckPacket? answer = null)
    {
        var connecting = MqttClient.ConnectAsync(_server.Client, options);
        var connect = await _server.AcceptAsync(answer);
        return (await connecting, connect);
    }

    private async Task ExpectFarewellAsync(MqttClient client, MqttReason reason)
    {
        Assert.Equal(reason, DisconnectPacket.Read(await _server.ReadAsync(PacketType.Disconnect), ProtocolVersion.V5).Reason);
        Assert.Equal(reason, Assert.IsType<MqttProtocolException>(await client.Closed).Reason);
        await client.DisposeAsync();
    }

    private sealed class Echo : IMqttAuthenticator
    {
        public string Method => "ECHO";

        public ValueTask<ReadOnlyMemory<byte>?> BeginAsync(bool again, CancellationToken cancel) => new(again ? "again"u8.ToArray() : "first"u8.ToArray());

        public ValueTask<ReadOnlyMemory<byte>?> AnswerAsync(ReadOnlyMemory<byte>? challenge, CancellationToken cancel) => new((byte[])[.. challenge!.Value.Span, (byte)'!']);
    }
}
