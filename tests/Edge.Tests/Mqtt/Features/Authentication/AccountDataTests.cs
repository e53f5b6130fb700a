using Edge.Identity.Accounts;
using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Features.Authentication;

/// <summary>What waits for an account's clients goes with the account: whoever gets the name later begins anew.</summary>
public sealed class AccountDataTests
{
    private static readonly string[] Grants = ["authentication:grants:0:who=role:owner", "authentication:grants:0:topics:0:rw=rw", "authentication:grants:0:topics:0:topic=#"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sessions_of_a_deleted_account_are_gone_with_subscriptions_and_messages(bool isConnected)
    {
        await using var broker = await StartAsync();
        var juliet = await ConnectAsync(broker, "juliet");
        await juliet.SubscribeAsync("news/#", MqttQoS.AtLeastOnce);
        if (!isConnected) await juliet.DisposeAsync();
        await (await ConnectAsync(broker, "romeo")).DisposeAsync();
        await using (var publisher = await broker.ConnectAnyAsync("pub")) await publisher.PublishAsync(new("news/today", new byte[] { 1 }, MqttQoS.AtLeastOnce, false));

        await DeleteAsync(broker, "juliet");

        Assert.Null(broker.Sessions.Find(new("juliet@edge.local", "phone")));
        await using var fresh = await ConnectAsync(broker, "juliet");
        await using var other = await ConnectAsync(broker, "romeo");
        Assert.False(fresh.SessionPresent);
        Assert.Equal(0, broker.Sessions.Counts.Queued);
        Assert.True(other.SessionPresent);
        await juliet.DisposeAsync();
    }

    [Fact]
    public async Task They_do_not_come_back_with_a_restart()
    {
        await using var broker = await StartAsync();
        foreach (var user in (string[])["juliet", "romeo"]) await (await ConnectAsync(broker, user)).DisposeAsync();
        await Edge.TestKit.Eventually.HoldsAsync(() => broker.Sessions.Connected().Count == 0);
        await DeleteAsync(broker, "juliet");

        await using var again = await StartAsync(broker.Storage.Snapshot());
        await using var fresh = await ConnectAsync(again, "juliet");
        await using var other = await ConnectAsync(again, "romeo");
        Assert.Equal((false, true), (fresh.SessionPresent, other.SessionPresent));
    }

    [Fact]
    public async Task Where_one_cannot_be_deleted_the_next_try_finds_it_again()
    {
        await using var broker = await StartAsync();
        await (await ConnectAsync(broker, "juliet")).DisposeAsync();
        await Edge.TestKit.Eventually.HoldsAsync(() => broker.Sessions.Connected().Count == 0);
        broker.Storage.BeforeCommit = () => throw new IOException("No space left on the disk.");
        await Assert.ThrowsAnyAsync<IOException>(() => DeleteAsync(broker, "juliet").AsTask());

        broker.Storage.BeforeCommit = () => Task.CompletedTask;
        await DeleteAsync(broker, "juliet");

        await using var again = await StartAsync(broker.Storage.Snapshot());
        await using var fresh = await ConnectAsync(again, "juliet");
        Assert.False(fresh.SessionPresent);
    }

    [Fact]
    public async Task A_will_that_waits_is_said_and_waits_no_more()
    {
        await using var broker = await StartAsync();
        var watcher = await broker.SubscribedAsync("watcher", "clean", "state:0");
        var node = await broker.TalkAsync("juliet@edge.local", "clean session-expiry=600 will.topic=state will.payload=gone will.delay=300");
        await node.VanishAsync();

        await DeleteAsync(broker, "juliet");

        await watcher.HearAsync("PUBLISH state \"gone\"");
    }

    private static async Task<TestBroker> StartAsync(FakeStorage? storage = null)
    {
        var broker = await TestBroker.StartAsync(storage ?? new(), null, Grants);
        broker.Passwords.With("juliet", Roles.Owner).With("romeo", Roles.Owner);
        return broker;
    }

    private static ValueTask DeleteAsync(TestBroker broker, string account) =>
        broker.Get<IEnumerable<IAccountData>>().Single(d => d.Name == "MQTT sessions").DeleteAsync(account, Cancel);

    private static Task<MqttClient> ConnectAsync(TestBroker broker, string user) => MqttClient.ConnectAsync(broker.Open().Pipe, new MqttClientOptions
    {
        ClientId = "phone",
        UserName = user,
        Password = FakePasswords.PasswordOf(user),
        CleanSession = false,
        Clock = broker.Clock,
    });
}
