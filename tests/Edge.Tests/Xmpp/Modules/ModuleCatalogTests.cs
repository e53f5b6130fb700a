using System.Collections.Concurrent;
using System.Xml.Linq;

using Edge.Storage;
using Edge.Xmpp;
using Edge.Xmpp.Modules;

using Microsoft.Extensions.Options;

namespace Edge.Tests.Xmpp.Modules;

public sealed class ModuleCatalogTests
{
    [Fact]
    public void The_table_names_each_specification_with_version_and_folder()
    {
        Assert.Contains(new XepEntry(82, "1.1.1", "DateTimes", XmppModules.Table.Single(e => e.Number == 82).Note), XmppModules.Table);
        Assert.All(XmppModules.Table, e => Assert.NotEmpty(e.Version));
        Assert.Equal(XmppModules.Table.OrderBy(e => e.Number), XmppModules.Table);
        Assert.Superset(new HashSet<int> { 0, 4, 8, 30, 49, 54, 59, 68, 82, 92, 115, 122, 128, 141, 153, 157, 199, 202, 249, 323, 324, 325, 347 }, XmppModules.Table.Select(e => e.Number).ToHashSet());
    }

    [Theory]
    [InlineData(49, "xmpp:privateStorage", "xmpp-private")]
    [InlineData(191, "xmpp:blocking", "xmpp-blocking")]
    [InlineData(12, "", "xmpp-departures")]
    [InlineData(199, "", "")]
    public void The_table_knows_the_settings_and_the_store_of_a_module(int number, string settings, string keeps)
    {
        var entry = Assert.Single(XmppModules.Table, e => e.Number == number);
        Assert.Equal((settings, keeps), (entry.Settings, entry.Keeps));
        Assert.Contains($"| {settings} | {keeps} |", Edge.Gateway.Commands.XepsCommand.WholeTable(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_store_that_is_opened_is_declared_and_none_beside()
    {
        var storage = new NotedStorage();
        await using var host = new XmppHost(storage);
        host.Get<IEnumerable<IXmppModule>>();
        host.Get<IEnumerable<Edge.Identity.Accounts.IAccountData>>();

        var declared = XmppModules.Table.Select(e => e.Keeps).Where(k => k.Length > 0);
        Assert.Equal(declared.Order(StringComparer.Ordinal), storage.Opened.Where(n => n.StartsWith("xmpp-", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Two_modules_that_answer_the_same_are_refused() =>
        Assert.Throws<InvalidOperationException>(() => new HostTable([new Echo(), new Echo()]));

    [Fact]
    public void All_wrong_options_are_reported_together_each_with_its_key()
    {
        var result = new XmppOptionsValidator().Validate(null, new()
        {
            MaxStanzaBytes = 1,
            MaxDepth = 1,
            MaxAttributes = 1,
            MaxNameBytes = 1,
            MaxUnauthenticatedBytes = 1,
            LoginSeconds = 1,
            MaxLoginAttempts = 0,
            MaxSessionsPerAccount = 0,
            OutboxStanzas = 1,
            OutboxBytes = 1,
            MaxRequestsPerSession = 0,
            MaxDirectedPresence = 0,
            PingAfterSeconds = 1,
            IdleSeconds = 1,
            Connections = new() { Total = 0 },
        });
        var keys = result.Failures!.Select(f => f.Split(' ')[0]).ToList();
        Assert.Equal(keys.Distinct(), keys);
        foreach (var property in typeof(XmppOptions).GetProperties().Where(p => p.PropertyType == typeof(int)))
            Assert.Contains($"xmpp:{char.ToLowerInvariant(property.Name[0])}{property.Name[1..]}", keys);
        Assert.Contains("xmpp:connections:total", keys);
        Assert.Equal(ValidateOptionsResult.Success, new XmppOptionsValidator().Validate(null, new()));
    }

    private sealed class Echo : IXmppModule
    {
        public void Configure(XmppModuleBuilder xmpp) => xmpp.OnIqGet(XName.Get("echo", "urn:echo"), (_, _) => new(IqResult.Empty));
    }

    private sealed class NotedStorage : IStorage
    {
        private readonly Things.DictionaryStorage _storage = new();

        public ConcurrentBag<string> Opened { get; } = [];

        public IStore<T> Open<T>(string name) where T : class
        {
            Opened.Add(name);
            return _storage.Open<T>(name);
        }

        public ValueTask CommitAsync(StoreBatch batch, CancellationToken cancel = default) => _storage.CommitAsync(batch, cancel);

        public ValueTask DisposeAsync() => _storage.DisposeAsync();
    }
}
