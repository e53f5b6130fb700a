using System.Xml.Linq;

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
}
