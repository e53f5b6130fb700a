using System.Xml.Linq;

using Edge.TestKit;
using Edge.Tests.Things;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Registry;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.Control;
using Edge.Xmpp.Modules.Provisioning;
using Edge.Xmpp.Modules.SensorData;
using Edge.Xmpp.Modules.ThingRegistry;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Edge.Tests.Xmpp.Modules.Iot;

/// <summary>The real domain and the modules of IoT over XMPP, without a wire: requests go straight to the declared handlers.</summary>
internal sealed class IotHost : IAsyncDisposable
{
    public const string Concentrator = "concentrator.edge.local";
    public const string ProvisioningService = "provisioning.edge.local";
    public const string RegistryService = "things.edge.local";
    public const string Owner = "owner@edge.local";
    public const string Visitor = "visitor@edge.local/phone";

    private readonly IHost _host;
    private readonly List<XmppDeclaration> _declarations = [];

    private IotHost(IHost host, ManualClock clock, RecordingSender sender, ScriptedSource bus)
    {
        (_host, Clock, Sender, Bus) = (host, clock, sender, bus);
        foreach (var module in host.Services.GetServices<IXmppModule>())
        {
            var builder = new XmppModuleBuilder();
            module.Configure(builder);
            _declarations.AddRange(builder.Declarations);
        }
    }

    public ManualClock Clock { get; }

    public RecordingSender Sender { get; }

    public ScriptedSource Bus { get; }

    public IThingRegistry Registry => Get<IThingRegistry>();

    public IProvisioning Provisioning => Get<IProvisioning>();

    public static async Task<IotHost> StartAsync(DictionaryStorage? storage = null, params (string Key, string Value)[] settings)
    {
        var (clock, sender, bus) = (new ManualClock(), new RecordingSender(), new ScriptedSource());
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value)));
        builder.Services.AddSingleton<Edge.Storage.IStorage>(storage ?? new DictionaryStorage())
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton<IStanzaSender>(sender)
            .AddSingleton<INodeSource>(bus)
            .AddSingleton<INodeSource>(new ScriptedSource("other"))
            .AddLogging()
            .AddEdgeThings(builder.Configuration.GetSection("things"));
        AddModules(builder.Services, builder.Configuration.GetSection("xmpp"));
        var host = builder.Build();
        await host.StartAsync();
        return new(host, clock, sender, bus);
    }

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>The features of a service, as disco would list them.</summary>
    public IReadOnlyList<string> FeaturesOf(string service) =>
        [.. _declarations.Where(d => d.Host.Name + ".edge.local" == service && d.Feature is not null).Select(d => d.Feature!)];

    /// <summary>Sends an iq of type get.</summary>
    public Task<IqResult> GetAsync(string from, string to, string payload) => RequestAsync(IqType.Get, from, to, XElement.Parse(payload));

    /// <summary>Sends an iq of type set.</summary>
    public Task<IqResult> SetAsync(string from, string to, string payload) => RequestAsync(IqType.Set, from, to, XElement.Parse(payload));

    /// <summary>Sends an iq; where no handler is declared, the answer is what the router gives.</summary>
    public async Task<IqResult> RequestAsync(IqType type, string from, string to, XElement payload)
    {
        var handler = _declarations.SingleOrDefault(d => d.Host.Name + ".edge.local" == to && d.IqType == type && d.Iq is not null && d.Payload == payload.Name)?.Iq;
        if (handler is null) return StanzaError.ServiceUnavailable;

        var result = await handler(new Iq("1", type, Jid.Parse(from), Jid.Parse(to), payload), TestContext.Current.CancellationToken);
        result.Answered?.Invoke();
        return result;
    }

    /// <summary>Sends a message.</summary>
    public async Task MessageAsync(string from, string to, string payload, string type = "normal")
    {
        var element = XElement.Parse(payload);
        var message = new Message(null, type, Jid.Parse(from), Jid.Parse(to), new("message", element)) { Payload = element };
        foreach (var declaration in _declarations.Where(d => d.Host.Name + ".edge.local" == to && d.Message is not null && d.Payload == element.Name))
            await declaration.Message!(message, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends presence.</summary>
    public async Task PresenceAsync(string from, string to, string type)
    {
        foreach (var declaration in _declarations.Where(d => d.Host.Name + ".edge.local" == to && d.Presence is not null))
            await declaration.Presence!(new(type, Jid.Parse(from), Jid.Parse(to), new XElement("presence")), TestContext.Current.CancellationToken);
    }

    /// <summary>Gives a node of the bus to <see cref="Owner"/>.</summary>
    public async Task<ThingId> OwnAsync(string nodeId)
    {
        var thing = new ThingId(Jid.Parse(Concentrator), new(nodeId, Bus.SourceId));
        Tag[] tags = [new("NAME", "Sensor " + nodeId), new("KEY", "key-of-" + nodeId)];
        await Registry.RegisterAsync(thing, tags);
        Assert.NotNull(await Registry.ClaimAsync(Jid.Parse(Owner), tags));
        return thing;
    }

    /// <summary>Makes a device on XMPP a thing of <see cref="Owner"/>.</summary>
    public async Task<ThingId> OwnDeviceAsync(string jid)
    {
        var thing = new ThingId(Jid.Parse(jid));
        Tag[] tags = [new("NAME", "Device"), new("KEY", "key-of-" + jid)];
        await Registry.RegisterAsync(thing, tags);
        Assert.NotNull(await Registry.ClaimAsync(Jid.Parse(Owner), tags));
        return thing;
    }

    /// <summary>Lets the visitor do something with these names, for good.</summary>
    public async Task AllowAsync(ThingId thing, Operation operation, params string[] names) => Assert.Equal(AnswerResult.Stored, await Provisioning.AddRuleAsync(
        new("", thing, Jid.Parse(Owner), new(SubjectKind.Caller, Jid.Parse(Visitor).Bare.ToString()), operation,
            names.Length == 0 ? NameSet.All : NameSet.Of(names), names.Length == 0 ? NameSet.All : NameSet.Of(names), Clock.GetUtcNow())));

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>Registers the modules under test with their options.</summary>
    public static void AddModules(IServiceCollection services, IConfigurationSection xmpp)
    {
        services.AddIotModules(xmpp);
        Add<SensorDataModule>("sensorData");
        Add<ControlModule>("control");
        Add<ProvisioningModule>("provisioning");
        Add<OwnerModule>("provisioning");
        Add<ThingRegistryModule>("thingRegistry");
        Add<SearchModule>("thingRegistry");

        void Add<T>(string section) where T : class, IXmppModule
        {
            T.AddServices(services, xmpp.GetSection(section));
            services.AddSingleton<IXmppModule, T>();
        }
    }
}
