using System.Buffers;

using Edge.Mqtt;
using Edge.Mqtt.Wire;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Sessions;

/// <summary>Nothing longer than a client takes is sent to it ([MQTT-3.1.2-24]), and no reason strings where it does not want them ([MQTT-3.1.2-29]).</summary>
public sealed class MaximumPacketSizeTests
{
    [Fact]
    public async Task DISCONNECT_says_why_in_words_where_they_fit()
    {
        await using var broker = await TestBroker.StartAsync();
        await InAsync(broker, maximumPacketSize: 0, out var raw);

        broker.Sessions.Connected("meter").Single().End(EndReason.Forbidden, "An operator ended it.", MqttReason.AdministrativeAction);

        Assert.Equal("An operator ended it.", (await EndAsync(raw)).ReasonString);
    }

    [Fact]
    public async Task DISCONNECT_leaves_the_words_out_where_they_do_not_fit()
    {
        await using var broker = await TestBroker.StartAsync();
        await InAsync(broker, maximumPacketSize: 27, out var raw);

        broker.Sessions.Connected("meter").Single().End(EndReason.Forbidden, "An operator ended it.", MqttReason.AdministrativeAction);

        var end = await EndAsync(raw); // 28 bytes with the reason string ([MQTT-3.14.2-3])
        Assert.Equal((MqttReason.AdministrativeAction, null), (end.Reason, end.ReasonString));
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_ends_the_connection_with_the_reason()
    {
        await using var broker = await TestBroker.StartAsync();
        await InAsync(broker, maximumPacketSize: 30, out var raw);

        await raw.SendAsync(new SubscribePacket(1, [.. Enumerable.Range(0, 40).Select(i => new SubscribeEntry($"mine/{i}", MqttQoS.AtMostOnce, false, false, 0))]).ToBytes(ProtocolVersion.V5));

        Assert.Equal(MqttReason.PacketTooLarge, (await EndAsync(raw)).Reason);
        Assert.Equal(EndReason.LimitExceeded, await raw.Ended);
        Assert.Contains(broker.Log.Lines, l => l.Contains("raise its maximum packet size", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_could_not_take_CONNACK_is_not_let_in()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = broker.Open();
        await raw.SendAsync(Connect(broker, maximumPacketSize: 8).ToBytes());

        await raw.ExpectAsync("2003 00 95 00");
        Assert.Equal(EndReason.Refused, await raw.Ended);
        Assert.Empty(broker.Sessions.Connected("meter"));
        Assert.Equal(0, broker.Sessions.Count);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Acknowledgements_carry_no_words_whether_wanted_or_not(bool isWanted)
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = broker.Open();
        await raw.SendAsync((Connect(broker, 0) with { RequestProblemInformation = isWanted }).ToBytes());
        await raw.ReadAsync();

        await raw.SendAsync("3208 0003 626164 0001 00"); // PUBLISH to "bad", QoS 1
        var ack = AckPacket.Read(await FrameAsync(raw), ProtocolVersion.V5);
        Assert.Equal((MqttReason.NotAuthorized, null), (ack.Reason, ack.ReasonString));
        await raw.SendAsync("8209 0002 00 0003 626164 00");
        await raw.ExpectAsync("9004 0002 00 87");
        await raw.SendAsync("A208 0003 00 0003 626164");
        await raw.ExpectAsync("B004 0003 00 11");
    }

    private static async Task<DisconnectPacket> EndAsync(RawClient raw) => DisconnectPacket.Read(await FrameAsync(raw), ProtocolVersion.V5, PacketSender.Server);

    private static async Task<PacketFrame> FrameAsync(RawClient raw)
    {
        var bytes = new ReadOnlySequence<byte>(Convert.FromHexString(await raw.ReadAsync()));
        return PacketFrame.TryRead(ref bytes, int.MaxValue, out var frame) ? frame : throw new InvalidDataException("No packet.");
    }

    private static ConnectPacket Connect(TestBroker broker, uint maximumPacketSize) => new()
    {
        Level = (byte)ProtocolVersion.V5,
        ClientId = "meter",
        Password = broker.Tokens.Issue("meter", "rw mine/#"),
        MaximumPacketSize = maximumPacketSize,
    };

    private static Task InAsync(TestBroker broker, uint maximumPacketSize, out RawClient raw)
    {
        var opened = raw = broker.Open();
        return ConnectAsync();

        async Task ConnectAsync()
        {
            await opened.SendAsync(Connect(broker, maximumPacketSize).ToBytes());
            Assert.StartsWith("20", await opened.ReadAsync(), StringComparison.Ordinal);
        }
    }
}
