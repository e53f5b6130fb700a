using System.Globalization;
using System.Text;

using Edge.Mqtt;
using Edge.Storage;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Sessions;

/// <summary>A data folder of a version that kept messages in the database.</summary>
public sealed class EarlierMessagesTests
{
    private const long Number = 5;

    [Fact]
    public async Task What_waits_in_the_database_is_delivered_as_if_nothing_had_changed()
    {
        await using var broker = await TestBroker.StartAsync(await FolderAsync(), null);

        Assert.Equal((0, 0), (broker.Storage.Count("mqtt-messages"), broker.Storage.Count("mqtt-incoming")));
        var raw = await ComesBackAsync(broker);
        await raw.PublishAsync("t/7", "again", qos: 2, id: 7, duplicate: true); // was taken before: acknowledged, not passed on
        await raw.ExpectAsync("5002 0007");
        await raw.SendAsync("6202 0007");
        await raw.ExpectAsync("7002 0007");
    }

    [Fact]
    public async Task It_is_in_the_log_from_then_on()
    {
        FakeStorage later;
        await using (var broker = await TestBroker.StartAsync(await FolderAsync(), null)) later = broker.Storage.Snapshot();

        await using var restarted = await TestBroker.StartAsync(later, null);

        await ComesBackAsync(restarted);
    }

    [Fact]
    public async Task A_start_that_the_power_cut_in_the_middle_doubles_nothing()
    {
        FakeStorage cut;
        await using (var broker = await TestBroker.StartAsync(await FolderAsync(), null)) cut = broker.Storage.Snapshot();
        await FillAsync(cut); // in the log, and not deleted from the database yet

        await using var restarted = await TestBroker.StartAsync(cut, null);

        var raw = await ComesBackAsync(restarted);
        await raw.SendAsync("C000");
        await raw.ExpectAsync("D000"); // nothing more before it
    }

    private static async Task<RawClient> ComesBackAsync(TestBroker broker)
    {
        var raw = broker.Open();
        await raw.ConnectAsync("away", broker.Tokens.Issue("all", "rw #"), clean: false);
        await raw.ExpectAsync("2002 0100");
        await raw.ExpectPublishAsync("t/1", "one", qos: 1, id: 1, duplicate: true);
        await raw.ExpectPublishAsync("t/2", "two", qos: 2, id: 2, retain: true, duplicate: true);
        await raw.ExpectAsync("6202 0003"); // released: PUBREL is repeated, not PUBLISH
        return raw;
    }

    private static async Task<FakeStorage> FolderAsync()
    {
        var storage = new FakeStorage();
        await storage.CommitAsync(new StoreBatch().Save("mqtt-sessions", "all/away", new Session("all", "away", Number, DateTimeOffset.UnixEpoch, [new("t/#", MqttQoS.ExactlyOnce)])));
        await FillAsync(storage);
        return storage;
    }

    private static async Task FillAsync(FakeStorage storage) => await storage.CommitAsync(new StoreBatch()
        .Save("mqtt-messages", Key(Number, 1), new Message("t/1", Encoding.UTF8.GetBytes("one"), MqttQoS.AtLeastOnce, false, 1, false))
        .Save("mqtt-messages", Key(Number, 2), new Message("t/2", Encoding.UTF8.GetBytes("two"), MqttQoS.ExactlyOnce, true, 2, false))
        .Save("mqtt-messages", Key(Number, 3), new Message("t/3", Encoding.UTF8.GetBytes("three"), MqttQoS.ExactlyOnce, false, 3, true))
        .Save("mqtt-messages", Key(9, 1), new Message("t/1", Encoding.UTF8.GetBytes("nobody's"), MqttQoS.AtLeastOnce, false, 1, false))
        .Save("mqtt-incoming", Key(Number, 7), new Incoming(7)));

    private static string Key(long session, long item) => string.Create(CultureInfo.InvariantCulture, $"{session:x16}/{item:x16}");

    // As that version wrote them.
    private sealed record Session(string Subject, string ClientId, long Number, DateTimeOffset LastSeen, IReadOnlyList<Subscription> Subscriptions);

    private sealed record Subscription(string Filter, MqttQoS QoS);

    private sealed record Message(string Topic, byte[] Payload, MqttQoS QoS, bool Retain, ushort PacketId, bool IsReleased);

    private sealed record Incoming(ushort PacketId);
}
