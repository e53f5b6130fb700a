using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Wire;

namespace Edge.Conformance.Mqtt.FullDisk;

/// <summary>The broker on a disk that is full: it promises nothing that it cannot keep, lives on, and goes on by itself when there is space again.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const int LargeBytes = 16 * 1024;

    private static readonly string[] Settings = ["storage:log:segmentMegabytes=1", "storage:log:maxMegabytes=8", "maxQueuedBytes=16777216"];

    private readonly SmallDisk _disk = SmallDisk.Mount(16);
    private BrokerHost _broker = null!;
    private string _token = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _broker = await BrokerHost.StartAsync(_disk.Path, Settings);
        _token = _broker.Token("all", "rw #");
    }

    [Fact]
    public async Task What_would_have_to_be_stored_is_refused_and_everything_else_goes_on()
    {
        await using var keeper = await ConnectAsync("keeper", isPersistent: true);
        await keeper.SubscribeAsync("kept/#", MqttQoS.ExactlyOnce, Cancel);
        await using var leaver = await ConnectAsync("leaver", isPersistent: true);
        await leaver.SubscribeAsync("left/#", MqttQoS.ExactlyOnce, Cancel);
        await using var plain = await ConnectAsync("plain");
        await plain.SubscribeAsync("plain", MqttQoS.ExactlyOnce, Cancel);
        await using var publisher = await ConnectAsync("publisher");
        await PublishAsync(publisher, "state", MqttQoS.AtLeastOnce, "before", retain: true);

        _disk.Fill();

        Assert.Equal(MqttReason.QuotaExceeded, await PublishAsync(publisher, "kept/1", MqttQoS.AtLeastOnce));
        Assert.Equal(MqttReason.QuotaExceeded, await PublishAsync(publisher, "kept/2", MqttQoS.ExactlyOnce));
        Assert.Equal(MqttReason.QuotaExceeded, await PublishAsync(publisher, "state", MqttQoS.AtLeastOnce, "after", retain: true));
        Assert.Equal([MqttReason.QuotaExceeded], (await keeper.SubscribeAsync([new MqttSubscription("more/#")], Cancel)).Reasons);
        await Assert.ThrowsAnyAsync<IOException>(() => leaver.UnsubscribeAsync("left/#", Cancel));
        var refused = await Assert.ThrowsAsync<MqttConnectRefusedException>(() => ConnectAsync("new", isPersistent: true));
        Assert.Equal(MqttReason.QuotaExceeded, refused.Reason);

        await using var late = await ConnectAsync("late");
        await late.SubscribeAsync("state", cancel: Cancel);
        await ExpectAsync(late, "state", "before");
        Assert.Equal(MqttReason.Success, await PublishAsync(publisher, "plain", MqttQoS.AtMostOnce, "0"));
        Assert.Equal(MqttReason.Success, await PublishAsync(publisher, "plain", MqttQoS.AtLeastOnce, "1"));
        Assert.Equal(MqttReason.Success, await PublishAsync(publisher, "plain", MqttQoS.ExactlyOnce, "2"));
        foreach (var text in new[] { "0", "1", "2" }) await ExpectAsync(plain, "plain", text);

        _disk.Free();

        Assert.Equal(MqttReason.Success, await PublishAsync(publisher, "kept/3", MqttQoS.AtLeastOnce, "three"));
        await ExpectAsync(keeper, "kept/3", "three"); // and nothing of what was refused
        Assert.Equal([MqttReason.GrantedQoS1], (await keeper.SubscribeAsync([new MqttSubscription("more/#")], Cancel)).Reasons);
        Assert.Equal(MqttReason.Success, await PublishAsync(publisher, "state", MqttQoS.AtLeastOnce, "after", retain: true));
        await ExpectAsync(late, "state", "after");
        await using var third = await ConnectAsync("new", isPersistent: true);
        Assert.False(third.SessionPresent);
    }

    [Fact]
    public async Task A_client_of_3_1_1_is_not_acknowledged_but_cut_off_and_may_send_again_when_there_is_space()
    {
        await using var keeper = await ConnectAsync("keeper", isPersistent: true, version: ProtocolVersion.V311);
        await keeper.SubscribeAsync("kept/#", MqttQoS.ExactlyOnce, Cancel);

        _disk.Fill();

        foreach (var (topic, qos, retain) in new[] { ("kept/1", MqttQoS.AtLeastOnce, false), ("kept/2", MqttQoS.ExactlyOnce, false), ("state", MqttQoS.AtLeastOnce, true) })
        {
            await using var publisher = await ConnectAsync("publisher", version: ProtocolVersion.V311);
            await Assert.ThrowsAnyAsync<IOException>(() => PublishAsync(publisher, topic, qos, retain: retain));
        }

        Assert.Equal([(byte)0x80], await keeper.SubscribeAsync([("more/#", MqttQoS.AtLeastOnce)], Cancel));
        var refused = await Assert.ThrowsAsync<MqttConnectRefusedException>(() => ConnectAsync("new", isPersistent: true, version: ProtocolVersion.V311));
        Assert.Equal(3, refused.ReturnCode);
        await Assert.ThrowsAnyAsync<IOException>(() => keeper.UnsubscribeAsync("kept/#", Cancel));

        _disk.Free();

        await using var again = await ConnectAsync("publisher", version: ProtocolVersion.V311);
        await PublishAsync(again, "kept/1", MqttQoS.AtLeastOnce, "one");
        await using var back = await ConnectAsync("keeper", isPersistent: true, version: ProtocolVersion.V311);
        Assert.True(back.SessionPresent);
        await ExpectAsync(back, "kept/1", "one");
    }

    [Fact]
    public async Task What_was_acknowledged_before_the_disk_was_full_is_there_after_a_restart()
    {
        await (await ConnectAsync("keeper", isPersistent: true)).SubscribeAndLeaveAsync("kept/#", Cancel);
        var acknowledged = 0;
        await using (var publisher = await ConnectAsync("publisher"))
        {
            Assert.Equal(MqttReason.Success, await PublishAsync(publisher, "kept/1", MqttQoS.ExactlyOnce, "before"));
            _disk.Fill();
            // The file that is begun has room for some.
            while (await PublishAsync(publisher, "kept/2", MqttQoS.ExactlyOnce) == MqttReason.Success) acknowledged++;
            Assert.Equal(MqttReason.QuotaExceeded, await PublishAsync(publisher, "kept/2", MqttQoS.ExactlyOnce));
        }

        await _broker.DisposeAsync();
        _disk.Free();
        _broker = await BrokerHost.StartAsync(_disk.Path, Settings);

        await using var back = await ConnectAsync("keeper", isPersistent: true);
        Assert.True(back.SessionPresent);
        await ExpectAsync(back, "kept/1", "before");
        for (var i = 0; i < acknowledged; i++) await ExpectAsync(back, "kept/2", new('\0', LargeBytes));
        await using var again = await ConnectAsync("publisher");
        Assert.Equal(MqttReason.Success, await PublishAsync(again, "kept/3", MqttQoS.ExactlyOnce, "then"));
        await ExpectAsync(back, "kept/3", "then");
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _broker.DisposeAsync();
        }
        finally
        {
            _disk.Dispose();
        }
    }

    private Task<MqttClient> ConnectAsync(string clientId, bool isPersistent = false, ProtocolVersion version = ProtocolVersion.V5) =>
        MqttClient.ConnectAsync(
            new MqttEndpoint("127.0.0.1", _broker.PlainPort, UseTls: false),
            new()
            {
                Version = version,
                ClientId = clientId,
                UserName = clientId,
                Password = _token,
                CleanSession = !isPersistent,
                SessionExpirySeconds = isPersistent && version == ProtocolVersion.V5 ? 3600 : null,
            },
            Cancel);

    // Larger than what is left of a block that is in use already.
    private static async Task<MqttReason> PublishAsync(MqttClient client, string topic, MqttQoS qos, string? text = null, bool retain = false)
    {
        var payload = text is null ? new byte[LargeBytes] : System.Text.Encoding.UTF8.GetBytes(text);
        return (await client.PublishAsync(new(topic, payload, qos, retain), Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel)).Reason;
    }

    private static async Task ExpectAsync(MqttClient client, string topic, string text)
    {
        var message = await client.Messages.ReadAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        Assert.Equal((topic, text), (message.Topic, System.Text.Encoding.UTF8.GetString(message.Payload.Span)));
    }
}

file static class Clients
{
    public static async Task SubscribeAndLeaveAsync(this MqttClient client, string filter, CancellationToken cancel)
    {
        await client.SubscribeAsync(filter, MqttQoS.ExactlyOnce, cancel);
        await client.DisconnectAsync();
        await client.DisposeAsync();
    }
}
