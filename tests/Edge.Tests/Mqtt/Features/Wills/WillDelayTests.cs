using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Features.Wills;

/// <summary>Wills of MQTT 5.0: their delay, their properties, and DISCONNECT (§3.1.2.5, §3.1.3.2).</summary>
public sealed class WillDelayTests
{
    private const string Will = "will.topic=state will.payload=gone";

    [Fact]
    public async Task A_will_comes_with_its_properties()
    {
        await using var broker = await TestBroker.StartAsync();
        var watcher = await broker.SubscribedAsync("watcher", "clean", "state:1");
        var node = await broker.TalkAsync("node", $"clean {Will} will.qos=1 will.expiry=60 will.content-type=text will.user=b:1 will.user=a:2");

        await node.VanishAsync();

        await watcher.HearAsync("PUBLISH state \"gone\" qos=1 id=1 expiry=60 content-type=text user=b:1 user=a:2");
    }

    [Fact]
    public async Task A_will_waits_for_its_delay_and_is_dropped_when_the_client_comes_back()
    {
        await using var broker = await TestBroker.StartAsync();
        var watcher = await broker.SubscribedAsync("watcher", "clean", "state:0");
        var words = $"session-expiry=600 {Will} will.delay=30";
        var node = await broker.TalkAsync("node", words);
        await node.VanishAsync();
        broker.Advance(29);
        await watcher.HearNothingAsync();

        node = await broker.TalkAsync("node", words, "CONNACK 0x00 present ...");
        broker.Advance(60);
        await watcher.HearNothingAsync();

        await node.VanishAsync();
        broker.Advance(30);
        await watcher.HearAsync("PUBLISH state \"gone\"");
    }

    [Fact]
    public async Task A_will_comes_when_the_session_ends_before_its_delay()
    {
        await using var broker = await TestBroker.StartAsync();
        var watcher = await broker.SubscribedAsync("watcher", "clean", "state:0");
        var node = await broker.TalkAsync("node", $"clean session-expiry=10 {Will} will.delay=30");
        await node.VanishAsync();

        broker.Advance(11);

        await watcher.HearAsync("PUBLISH state \"gone\"");
    }

    [Fact]
    public async Task A_clean_start_ends_the_session_and_so_brings_the_will_of_the_one_before()
    {
        await using var broker = await TestBroker.StartAsync();
        var watcher = await broker.SubscribedAsync("watcher", "clean", "state:0");
        var node = await broker.TalkAsync("node", $"clean session-expiry=60 {Will} will.delay=30");
        await node.VanishAsync();
        await watcher.HearNothingAsync();

        await broker.TalkAsync("node", "clean");

        await watcher.HearAsync("PUBLISH state \"gone\"");
    }

    [Theory]
    [InlineData("DISCONNECT", false)]
    [InlineData("DISCONNECT 0x00", false)]
    [InlineData("DISCONNECT 0x04", true)]
    [InlineData("DISCONNECT 0x80", true)]
    public async Task Only_a_normal_DISCONNECT_drops_the_will(string line, bool comes)
    {
        await using var broker = await TestBroker.StartAsync();
        var watcher = await broker.SubscribedAsync("watcher", "clean", "state:0");
        var node = await broker.TalkAsync("node", $"clean {Will}");

        await node.LeaveAsync(line);

        if (comes) await watcher.HearAsync("PUBLISH state \"gone\"");
        await watcher.HearNothingAsync();
    }

    [Fact]
    public async Task A_delay_holds_over_a_power_cut()
    {
        var storage = new FakeStorage();
        FakeStorage durable;
        var words = $"session-expiry=600 {Will} will.delay=30";
        await using (var broker = await TestBroker.StartAsync(storage, null))
        {
            await broker.TalkAsync("node", words);
            await broker.TalkAsync("other", words);
            await TestKit.Eventually.HoldsAsync(() => storage.Count("mqtt-wills") == 2);
            durable = storage.Snapshot();
        }

        await using var restarted = await TestBroker.StartAsync(durable, null);
        var watcher = await restarted.SubscribedAsync("watcher", "clean", "state:0");
        await watcher.HearNothingAsync();
        await restarted.TalkAsync("node", words, "CONNACK 0x00 present ...");
        restarted.Advance(31);

        await watcher.HearAsync("PUBLISH state \"gone\"");
        await watcher.HearNothingAsync(); // the one who came back left none
    }

    [Fact]
    public async Task A_will_that_a_new_token_does_not_cover_is_not_published()
    {
        await using var broker = await TestBroker.StartAsync();
        var watcher = await broker.SubscribedAsync("watcher", "clean", "state:0");
        var node = new Talker(broker.Open(), "node", "");
        await node.SayAsync($"CONNECT clean client=node method=OAUTH2-JWT data={broker.Tokens.Issue("node", "rw #")} {Will}");
        await node.HearAsync("CONNACK 0x00 ...");
        await node.SayAsync($"AUTH 0x19 method=OAUTH2-JWT data={broker.Tokens.Issue("node", "rw other/#")}");
        await node.HearAsync("AUTH 0x00 ...");

        await node.VanishAsync();

        await TestKit.Eventually.HoldsAsync(() => broker.Storage.Count("mqtt-wills") == 0);
        await watcher.HearNothingAsync();
    }
}
