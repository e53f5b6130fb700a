using Edge.Identity.Accounts;
using Edge.Identity.Pending;
using Edge.Identity.Registration;
using Edge.Portal;
using Edge.Storage;
using Edge.Tests.Things;
using Edge.Things;
using Edge.Things.Clients;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;
using Edge.Things.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Tests.Portal.Kit;

/// <summary>The portal on a port of its own, over the real domain with a fake home and fake accounts: olga is the operator, anna an owner, bert a visitor.</summary>
internal sealed class PortalHost : IAsyncDisposable
{
    public const string Password = "correct horse";
    public static readonly Jid Anna = Jid.Parse("anna@edge.local");
    public static readonly Jid Bert = Jid.Parse("bert@edge.local");

    private readonly WebApplication _app;

    private PortalHost(WebApplication app, FakeHome home, FakeIdentity identity) => (_app, Home, Identity) = (app, home, identity);

    public FakeHome Home { get; }

    public FakeIdentity Identity { get; }

    public Uri Address => new(_app.Urls.First());

    public IEnumerable<RouteEndpoint> Endpoints => Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    public ThingId Sensor => Get<IConcentrator>().Identify(new("sensor-1", "mqtt"));

    public ThingId Meter => Get<IConcentrator>().Identify(new("meter", "mqtt"));

    public static async Task<PortalHost> StartAsync(TimeProvider? clock = null, params (string Key, string Value)[] settings)
    {
        var (home, identity) = (new FakeHome(), new FakeIdentity());
        await identity.CreateAsync("olga", Password, Roles.Operator);
        await identity.CreateAsync("anna", Password, Roles.Owner);
        await identity.CreateAsync("bert", Password, Roles.None);
        return await StartAsync(home, identity, clock, settings);
    }

    public static async Task<PortalHost> StartAsync(FakeHome home, FakeIdentity identity, TimeProvider? clock, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>("portal:" + s.Key, s.Value)));
        builder.Services
            .AddSingleton<IStorage>(new DictionaryStorage())
            .AddSingleton(clock ?? TimeProvider.System)
            .AddSingleton<INodeSource>(home)
            .AddSingleton<INodeLink>(home)
            .AddSingleton<IAccounts>(identity)
            .AddSingleton<IPasswords>(identity)
            .AddSingleton<IOneTimeCodes>(identity)
            .AddSingleton<IAccountLife, FakeLife>()
            .AddSingleton(Options.Create(new RegistrationOptions { Requests = true }))
            .AddSingleton<IRegistrationKeys, RegistrationKeys>()
            .AddSingleton<IKeyRequests, KeyRequests>()
            .AddSingleton<IPendingDevices, PendingDevices>()
            .AddSingleton<IAdmission, FakeAdmission>()
            .AddSingleton<FakeClients>()
            .AddSingleton<IConnectedClients>(p => p.GetRequiredService<FakeClients>())
            .AddEdgeThings(builder.Configuration.GetSection("things"))
            .AddEdgePortal(builder.Configuration.GetSection("portal"))
            .AddDataProtection().UseEphemeralDataProtectionProvider();
        var app = builder.Build();
        app.MapEdgePortal();
        await app.StartAsync();
        return new(app, home, identity);
    }

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>A browser that is not signed in.</summary>
    public Browser Open() => new(Address);

    /// <summary>A browser that is signed in as this account.</summary>
    public async Task<Browser> OpenAsync(string account)
    {
        var browser = Open();
        var answer = await browser.SubmitAsync("/sign-in", "password", ("Password.Name", account), ("Password.Password", Password));
        Assert.Equal("/", answer.Location);
        return browser;
    }

    /// <summary>Anna owns the sensor; temperature and humidity have come in.</summary>
    public async Task GiveAnnaTheSensorAsync()
    {
        Assert.NotNull(await Get<IThingRegistry>().ClaimAsync(Anna, FakeHome.SensorTags));
        await RecordAsync(new Reading("temperature", FieldValue.Number(21.5, 1), Get<TimeProvider>().GetUtcNow()) { Unit = "Cel" });
    }

    /// <summary>Readings of the sensor come in.</summary>
    public ValueTask RecordAsync(params Reading[] readings) => Get<ILatestReadings>().RecordAsync(Sensor, readings);

    /// <summary>Bert asks to read the sensor; anna has to be asked.</summary>
    public async Task BertAsksAsync(Operation operation = Operation.Read, params string[] names) => Assert.Equal(
        DecisionOutcome.Asked, (await Get<IProvisioning>().DecideAsync(new(Sensor, Bert, operation, NameSet.Of(names)))).Outcome);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
