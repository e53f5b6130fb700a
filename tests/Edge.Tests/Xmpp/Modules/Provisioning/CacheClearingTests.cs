using System.Xml.Linq;

using Edge.TestKit;
using Edge.Tests.Things;
using Edge.Tests.Xmpp.Modules.Iot;
using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.Provisioning;

namespace Edge.Tests.Xmpp.Modules.Provisioning;

public sealed class CacheClearingTests
{
    private const string Device = "device@edge.local/rig";

    [Fact]
    public async Task A_device_that_is_there_is_told_once_that_a_rule_changed()
    {
        await using var host = await IotHost.StartAsync();
        var thing = await host.OwnDeviceAsync("device@edge.local");
        GoOnline(host);

        await host.AllowAsync(thing, Operation.Read, "temperature");

        await Eventually.HoldsAsync(() => !IsPending(host));
        var request = Assert.Single(host.Sender.Requests);
        Assert.Equal((IotHost.ProvisioningService, Device), (request.From.ToString(), request.To.ToString()));
        WireXml.Same("<clearCache xmlns='urn:xmpp:iot:provisioning'/>", request.Payload);
        await host.PresenceAsync(Device, IotHost.ProvisioningService, "");
        Assert.Single(host.Sender.Requests);
    }

    [Fact]
    public async Task A_device_that_was_away_is_told_when_it_comes_back_even_after_a_restart()
    {
        var storage = new DictionaryStorage();
        await using (var host = await IotHost.StartAsync(storage))
        {
            await host.AllowAsync(await host.OwnDeviceAsync("device@edge.local"), Operation.Read, "temperature");
            Assert.Empty(host.Sender.Requests);
        }

        await using (var host = await IotHost.StartAsync(storage))
        {
            GoOnline(host);
            await host.PresenceAsync(Device, IotHost.ProvisioningService, "");
            await Eventually.HoldsAsync(() => !IsPending(host));
            Assert.Single(host.Sender.Requests);
        }

        await using (var host = await IotHost.StartAsync(storage))
        {
            GoOnline(host);
            await host.PresenceAsync(Device, IotHost.ProvisioningService, "");
            Assert.Empty(host.Sender.Requests);
        }
    }

    [Fact]
    public async Task A_device_that_does_not_acknowledge_is_told_again()
    {
        await using var host = await IotHost.StartAsync(null, ("xmpp:provisioning:retrySeconds", "7"), ("xmpp:provisioning:acknowledgeSeconds", "3"));
        var thing = await host.OwnDeviceAsync("device@edge.local");
        host.Sender.SetOnline("device@edge.local", Device);
        await host.AllowAsync(thing, Operation.Read, "temperature");
        await Eventually.HoldsAsync(() => host.Sender.Requests.Count == 1);
        Assert.Equal(TimeSpan.FromSeconds(3), host.Sender.LastTimeout);
        GoOnline(host);

        await Eventually.HoldsAsync(() =>
        {
            host.Clock.Advance(TimeSpan.FromSeconds(7));
            return host.Sender.Requests.Count == 2;
        });

        await Eventually.HoldsAsync(() => !IsPending(host));
    }

    [Fact]
    public async Task A_device_that_asks_is_there()
    {
        await using var host = await IotHost.StartAsync();
        await host.AllowAsync(await host.OwnDeviceAsync("device@edge.local"), Operation.Read, "temperature");
        GoOnline(host, isSeen: false);

        await host.GetAsync(Device, IotHost.ProvisioningService, "<canRead xmlns='urn:nf:iot:prov:d:1.0' jid='visitor@edge.local' m='true'/>");

        await Eventually.HoldsAsync(() => !IsPending(host));
        WireXml.Same("<clearCache xmlns='urn:nf:iot:prov:d:1.0'/>", Assert.Single(host.Sender.Requests).Payload);
    }

    [Fact]
    public async Task An_acknowledgement_does_not_count_for_a_later_change()
    {
        await using var host = await IotHost.StartAsync();
        var thing = await host.OwnDeviceAsync("device@edge.local");
        var first = new TaskCompletionSource<IqResult>();
        host.Sender.SetOnline("device@edge.local", Device);
        host.Sender.Answer = _ => host.Sender.Requests.Count == 1 ? first.Task : Task.FromResult(IqResult.Empty);

        await host.AllowAsync(thing, Operation.Read, "temperature");
        await Eventually.HoldsAsync(() => host.Sender.Requests.Count == 1);
        await host.AllowAsync(thing, Operation.Read, "humidity");
        first.SetResult(IqResult.Empty);

        await Eventually.HoldsAsync(() => !IsPending(host));
        Assert.Equal(2, host.Sender.Requests.Count);
    }

    [Fact]
    public async Task Nodes_of_our_own_concentrator_are_not_told_by_stanza()
    {
        await using var host = await IotHost.StartAsync();
        host.Sender.SetOnline(IotHost.Concentrator, IotHost.Concentrator);

        await host.AllowAsync(await host.OwnAsync("s1"), Operation.Read, "temperature");

        Assert.Empty(host.Sender.Requests);
        Assert.Empty(host.Get<DeviceBook>().Pending);
    }

    [Fact]
    public async Task Friends_are_recommended_and_ended_to_a_device_that_asks_for_friends()
    {
        await using var host = await IotHost.StartAsync();
        var thing = await host.OwnDeviceAsync("device@edge.local");
        await host.AllowAsync(thing, Operation.Befriend);
        Assert.Empty(Friendly(host));
        await host.GetAsync(Device, IotHost.ProvisioningService, "<isFriend xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local'/>");

        await host.AllowAsync(thing, Operation.Befriend);
        var no = new Rule("", thing, Jid.Parse(IotHost.Owner), new(SubjectKind.Caller, "visitor@edge.local"), Operation.Befriend, NameSet.All, NameSet.Empty, host.Clock.GetUtcNow());
        Assert.Equal(AnswerResult.Stored, await host.Provisioning.AddRuleAsync(no));
        Assert.Equal(AnswerResult.Stored, await host.Provisioning.AddRuleAsync(no with { Subject = Subject.Anyone }));

        var sent = Friendly(host);
        Assert.Equal(["friend", "unfriend"], sent.Select(s => s.Payload.Name.LocalName));
        Assert.All(sent, s => Assert.Equal("visitor@edge.local", s.Payload.Attribute("jid")?.Value));
        Assert.All(sent, s => Assert.Equal((IotHost.ProvisioningService, "device@edge.local"), (s.From.ToString(), s.To.ToString())));
    }

    [Fact]
    public async Task Only_so_many_devices_are_remembered_and_those_with_something_due_stay()
    {
        await using var host = await IotHost.StartAsync(null, ("xmpp:provisioning:maxDevices", "2"));
        await host.AllowAsync(await host.OwnDeviceAsync("device@edge.local"), Operation.Read, "temperature");

        for (var i = 0; i < 5; i++)
            await host.GetAsync($"other{i}@edge.local/x", IotHost.ProvisioningService, "<isFriend xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local'/>");

        var book = host.Get<DeviceBook>();
        Assert.Equal(["device@edge.local", "other4@edge.local"],
            new[] { "device", "other0", "other1", "other2", "other3", "other4" }.Select(n => Jid.Parse(n + "@edge.local")).Where(j => book.Find(j) is not null).Select(j => j.ToString()));
    }

    [Fact]
    public async Task A_deleted_account_is_in_the_book_no_more()
    {
        var storage = new DictionaryStorage();
        await using (var host = await IotHost.StartAsync(storage))
        {
            await host.GetAsync(Device, IotHost.ProvisioningService, "<isFriend xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local'/>");
            await host.GetAsync("other@edge.local/x", IotHost.ProvisioningService, "<isFriend xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local'/>");

            await host.Get<DeviceBook>().DeleteAsync("device", default);
            Assert.Null(host.Get<DeviceBook>().Find(Jid.Parse(Device)));
        }

        await using var again = await IotHost.StartAsync(storage);
        Assert.Null(again.Get<DeviceBook>().Find(Jid.Parse(Device)));
        Assert.NotNull(again.Get<DeviceBook>().Find(Jid.Parse("other@edge.local")));
    }

    private static void GoOnline(IotHost host, bool isSeen = true)
    {
        if (isSeen) host.Sender.SetOnline("device@edge.local", Device);
        host.Sender.Answer = request => Task.FromResult<IqResult>(new XElement(request.Payload.Name.Namespace + "clearCacheResponse"));
    }

    private static bool IsPending(IotHost host) => host.Get<DeviceBook>().Pending.Count > 0;

    private static List<SentStanza> Friendly(IotHost host) => [.. host.Sender.Sent.Where(s => s.Payload.Name.LocalName.EndsWith("friend", StringComparison.Ordinal))];
}
