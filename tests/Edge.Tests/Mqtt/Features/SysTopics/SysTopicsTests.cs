using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Features.SysTopics;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Features.SysTopics;

public sealed class SysTopicsTests
{
    [Fact]
    public async Task Whoever_subscribes_gets_what_there_is_at_once_as_retained()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await ReaderAsync(broker);
        broker.Advance(3);

        await client.SubscribeAsync("$SYS/broker/uptime");

        var message = await client.Messages.ReadAsync();
        Assert.Equal(("$SYS/broker/uptime", "3 seconds", true), (message.Topic, Encoding.UTF8.GetString(message.Payload.Span), message.Retain));
    }

    [Fact]
    public async Task Then_only_what_has_changed_is_told_and_only_when_its_time_has_come()
    {
        await using var broker = await TestBroker.StartAsync("sysTopics:intervalSeconds=10");
        await using var client = await ReaderAsync(broker);
        await client.SubscribeAsync("$SYS/broker/clients/connected");
        Assert.Equal("1", await ReadAsync(client));
        broker.Advance(10); // the first look: what subscribers may have got at once is told again
        Assert.Equal("1", await ReadAsync(client));
        broker.Advance(10);

        await using var another = await broker.ConnectAnyAsync();
        broker.Advance(10);

        Assert.Equal("2", await ReadAsync(client));
    }

    [Fact]
    public async Task The_topics_that_dashboards_expect_are_there()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var sender = await broker.ConnectAnyAsync();
        await sender.PublishAsync(new("home/lamp", "on"u8.ToArray(), MqttQoS.AtLeastOnce, Retain: true));

        var values = broker.Get<SysValues>().Read().ToDictionary(v => v.Key, v => v.Value);

        foreach (var topic in new[]
                 {
                     "version", "uptime", "clients/connected", "clients/disconnected", "clients/total", "clients/maximum", "clients/expired",
                     "messages/received", "messages/sent", "messages/stored", "publish/messages/received", "publish/messages/sent",
                     "publish/messages/dropped", "bytes/received", "bytes/sent", "subscriptions/count", "retained messages/count", "store/messages/count",
                     "load/messages/received/1min", "load/publish/sent/5min", "load/bytes/received/15min", "load/connections/1min", "heap/current",
                 })
            Assert.Contains(SysValues.Root + topic, values);
        Assert.Equal("1", values[SysValues.Root + "retained messages/count"]);
        Assert.Equal("1", values[SysValues.Root + "publish/messages/received"]);
        Assert.Equal("2", values[SysValues.Root + "messages/received"]); // CONNECT and PUBLISH
        Assert.Equal("2", values[SysValues.Root + "messages/sent"]); // CONNACK and PUBACK
    }

    [Fact]
    public async Task What_is_written_for_sessions_that_outlive_their_connection_is_shown_in_bytes()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await broker.ConnectAnyAsync(clean: false);
        await client.SubscribeAsync("t", MqttQoS.AtLeastOnce);
        var before = Written(broker);

        await client.PublishAsync(new("t", new byte[5000], MqttQoS.AtLeastOnce));

        Assert.InRange(Written(broker) - before, 5000, 6000);
        Assert.Equal(Written(broker), Measured(broker, "edge.mqtt.log.written"));
    }

    [Fact]
    public async Task What_a_connection_counted_stays_when_it_ends()
    {
        await using var broker = await TestBroker.StartAsync();
        await using (var client = await broker.ConnectAnyAsync()) await client.PublishAsync(new("t", "x"u8.ToArray(), MqttQoS.AtLeastOnce));
        var traffic = broker.Get<TrafficCount>();
        await Eventually.HoldsAsync(() => traffic.Connected == 0);

        var count = traffic.Read();

        Assert.Equal((3, 2, 1), (count.PacketsIn, count.PacketsOut, count.Connections)); // CONNECT, PUBLISH, DISCONNECT
        Assert.Equal(1, traffic.Most);
    }

    [Fact]
    public async Task A_scope_of_everything_is_no_scope_of_SYS()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await broker.ConnectAnyAsync();

        Assert.False(await client.SubscribeAsync("$SYS/#"));
    }

    [Fact]
    public async Task Nobody_writes_there_whatever_the_scope()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await broker.ConnectAsync(broker.Tokens.Issue("op", "rw $SYS/#"), "op");

        await client.PublishAsync(new("$SYS/broker/version", "mine"u8.ToArray(), MqttQoS.AtLeastOnce, Retain: true));
        await client.SubscribeAsync("$SYS/broker/version");

        Assert.StartsWith("edge ", await ReadAsync(client), StringComparison.Ordinal);
        Assert.Contains(broker.Log.Lines, l => l.Contains("$SYS is the broker's own", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Switched_off_there_is_nothing()
    {
        await using var broker = await TestBroker.StartAsync("sysTopics:intervalSeconds=0");
        await using var client = await ReaderAsync(broker);
        await client.SubscribeAsync([("$SYS/#", MqttQoS.AtMostOnce), ("sentinel", MqttQoS.AtMostOnce)]);
        broker.Advance(20);

        await broker.Publisher.PublishAsync(new("sentinel", "x"u8.ToArray()));

        Assert.Equal("sentinel", (await client.Messages.ReadAsync()).Topic);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3601)]
    public void An_interval_that_cannot_be_used_is_named(int seconds)
    {
        var result = new SysTopicsOptionsValidator().Validate(null, new() { IntervalSeconds = seconds });

        Assert.Contains("mqtt:sysTopics:intervalSeconds", result.FailureMessage, StringComparison.Ordinal);
    }

    private static long Written(TestBroker broker) =>
        long.Parse(broker.Get<SysValues>().Read().Single(v => v.Key == SysValues.Root + "log/bytes/written").Value, CultureInfo.InvariantCulture);

    private static long Measured(TestBroker broker, string name)
    {
        long value = -1;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            // Other tests of this process have meters of the same name.
            if (instrument.Name == name && instrument.Meter.Scope == broker.Get<IMeterFactory>()) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, measured, _, _) => value = measured);
        listener.Start();
        listener.RecordObservableInstruments();
        return value;
    }

    private static Task<MqttClient> ReaderAsync(TestBroker broker) => broker.ConnectAsync(broker.Tokens.Issue("reader", "r $SYS/#", "r sentinel"), "reader");

    private static async Task<string> ReadAsync(MqttClient client) => Encoding.UTF8.GetString((await client.Messages.ReadAsync()).Payload.Span);
}
