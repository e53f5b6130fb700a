using System.Globalization;
using System.Xml.Linq;

using Edge.TestKit;
using Edge.Things;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;

namespace Edge.Conformance.Xmpp.Crash;

/// <summary>The gateway, killed at random moments under load: accounts, registrations, rosters, private storage and messages for people who are
/// away are as it had said.</summary>
public sealed class XmppKillTests : IAsyncLifetime
{
    // For a long run: EDGE_KILL_ROUNDS=100.
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("EDGE_KILL_ROUNDS") ?? "2", CultureInfo.InvariantCulture);

    private readonly TempFolder _folder = new();
    private readonly XmppGatewayProcess _gateway;
    private readonly SturdyPerson[] _people;
    private readonly Registrant _registrant;

    public XmppKillTests()
    {
        _gateway = new(_folder.Path);
        _registrant = new(_gateway);
        _people = [.. Enumerable.Range(0, 4).Select(i => new SturdyPerson(_gateway, $"person{i}", $"friend{i}"))];
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        await _gateway.AddAccountsAsync(Enumerable.Range(0, 4).SelectMany(i => (string[])[$"person{i}", $"friend{i}"]));

    [Fact]
    public async Task What_was_answered_is_there_after_the_gateway_was_killed()
    {
        await _gateway.StartAsync();
        for (var round = 1; round <= Rounds; round++)
        {
            var enough = _people.Sum(p => p.Acknowledged) + Random.Shared.Next(10, 150);
            var registered = _registrant.Count;
            Task[] work = [.. _people.Select(p => p.WorkAsync(Cancel)), _registrant.WorkAsync(Cancel)];
            await Eventually.HoldsAsync(() => _people.Sum(p => p.Acknowledged) >= enough || work.Any(w => w.IsCompleted), seconds: 60);
            Assert.DoesNotContain(work, w => w.IsCompleted);
            Assert.Empty(await _gateway.Process.KillAsync());
            await Task.WhenAll(work).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel);
            Assert.Equal("ok", await _gateway.Process.CheckDatabaseAsync());

            await _gateway.StartAsync();
            await Task.WhenAll(_people.Select(p => p.CheckAsync(Cancel)));
            await Task.WhenAll(_people.Select(p => p.CheckFriendAsync(Cancel)));
            await _registrant.CheckAsync(registered, Cancel);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{Rounds} kills, {_people.Sum(p => p.Acknowledged)} rounds of three changes acknowledged, {_registrant.Count} accounts made");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_client_was_sent_and_did_not_acknowledge_comes_again_after_a_kill(bool acknowledges)
    {
        const int Messages = 120; // more than is read from the store at once
        await _gateway.StartAsync();
        await using (var sender = await _gateway.ConnectAsync("person0", Cancel))
        {
            for (var i = 0; i < Messages; i++) await sender.SendMessageAsync(Jid.Parse("friend0@edge.local"), i.ToString(CultureInfo.InvariantCulture), Cancel);
            Assert.True((await sender.RequestAsync(null, IqType.Get, new XElement(XName.Get("ping", "urn:xmpp:ping")), cancel: Cancel)).IsSuccess);
        }

        await using (var reader = await SilentReader.ConnectAsync(_gateway, "friend0", acknowledges, Cancel))
        {
            await reader.ReadAsync(Messages, Cancel);
            Assert.Empty(await _gateway.Process.KillAsync());
        }

        await _gateway.StartAsync();
        Assert.Equal(Enumerable.Range(0, Messages).Select(i => i.ToString(CultureInfo.InvariantCulture)), await FetchAsync());
        Assert.Empty(await FetchAsync()); // and once only to who takes it
    }

    private async Task<List<string>> FetchAsync()
    {
        await using var friend = await _gateway.ConnectAsync("friend0", Cancel);
        await friend.SendPresenceAsync(Cancel);
        Assert.True((await friend.RequestAsync(null, IqType.Get, new XElement(XName.Get("ping", "urn:xmpp:ping")), cancel: Cancel)).IsSuccess);
        var found = new List<string>();
        while (friend.Incoming.TryRead(out var stanza))
        {
            if (stanza.Name.LocalName == "message") found.Add(stanza.Elements().First(e => e.Name.LocalName == "body").Value);
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }
}
