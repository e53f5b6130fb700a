using System.Net;
using Edge.FieldBus;
using Edge.Gateway.Configuration;
using Edge.Gateway.Control;
using Edge.Gateway.Telemetry;
using Edge.Identity;
using Edge.Identity.Accounts;
using Edge.Mqtt;
using Edge.Mqtt.WebSockets;
using Edge.Portal;
using Edge.Storage;
using Edge.Things;
using Edge.Transport;
using Edge.Transport.Tls;
using Edge.Xmpp;
using Edge.Xmpp.Web;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Edge.Gateway.Hosting;

/// <summary>The gateway as one web host: every server has its listener, every part adds itself to the services.</summary>
internal sealed partial class GatewayHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Listeners _listeners;
    private readonly string _dataFolder;

    private GatewayHost(WebApplication app, Listeners listeners, string dataFolder) => (_app, _listeners, _dataFolder) = (app, listeners, dataFolder);

    /// <summary>The services, for commands.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Where everything listens; complete after <see cref="StartAsync"/>.</summary>
    public Endpoints Endpoints => _listeners.Endpoints;

    /// <summary>The configured ports that were taken.</summary>
    public IReadOnlyList<PortClash> Clashes => _listeners.Clashes;

    /// <summary>Judges a configuration, and neither makes nor takes anything: it may be that of a gateway that runs.</summary>
    /// <exception cref="ConfigurationException">The configuration cannot be used; all its faults are named.</exception>
    public static void Check(IConfigurationRoot configuration) => ConfigurationCheck.ThrowIfWrong(configuration, AddParts);

    /// <summary>Builds the host; nothing listens yet.</summary>
    /// <exception cref="ConfigurationException">The configuration cannot be used; all its faults are named.</exception>
    public static GatewayHost Build(IConfigurationRoot configuration, Action<IServiceCollection>? more = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(GatewayHost).Assembly.GetName().Name });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(configuration);

        var gateway = new GatewayOptions();
        var options = new ListenersOptions();
        AddParts(builder.Services, configuration);
        ConfigurationCheck.ThrowIfWrong(configuration, AddParts, builder.Services);

        configuration.GetSection("gateway").Bind(gateway);
        configuration.GetSection("listeners").Bind(options);
        var isXmppOurs = configuration.GetValue("xmpp:mode", XmppMode.Embedded) == XmppMode.Embedded;
        if (!isXmppOurs) options.Xmpp.Enabled = options.Xmpps.Enabled = options.XmppComponents.Enabled = false; // the other server listens
        AddLogging(builder.Logging, gateway.LogLevel);
        more?.Invoke(builder.Services); // behind the rest, which it may replace
        var listeners = new Listeners(options, PortPlan.Settle(options));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            listeners.Configure(kestrel);
            if (ControlSocket.Listen(kestrel, gateway.DataFolder) is { } reason) LogNoControl(kestrel.ApplicationServices.GetRequiredService<ILogger<GatewayHost>>(), reason);
        });

        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<SocketServer>(services, listeners.Sockets));

        var app = builder.Build();
        app.UseMqttWebSockets();
        if (isXmppOurs) app.UseXmppWeb();
        app.MapEdgePortal();
        app.MapMetrics();
        app.MapControl();
        return new(app, listeners, gateway.DataFolder);
    }

    /// <summary>Starts everything; when it returns, every listener accepts.</summary>
    /// <exception cref="ConfigurationException">Another gateway runs with this data folder.</exception>
    public Task StartAsync(CancellationToken cancel)
    {
        ControlSocket.MakeRoom(_dataFolder);
        foreach (var key in _listeners.Open) LogOpen(_app.Services.GetRequiredService<ILogger<GatewayHost>>(), key);
        return _app.StartAsync(cancel);
    }

    /// <summary>Stops everything in an orderly way.</summary>
    public Task StopAsync(CancellationToken cancel) => _app.StopAsync(cancel);

    /// <summary>Returns when somebody asks the process to stop (Ctrl-C, SIGTERM).</summary>
    public Task WaitAsync(CancellationToken cancel) => _app.WaitForShutdownAsync(cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void AddParts(IServiceCollection services, IConfiguration configuration)
    {
        var dataFolder = Path.GetFullPath(configuration["gateway:dataFolder"] ?? new GatewayOptions().DataFolder);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IHostLifetime, QuietLifetime>();
        services.AddOptions<GatewayOptions>().Bind(configuration.GetSection("gateway")).ValidateOnStart();
        services.AddOptions<ListenersOptions>().Bind(configuration.GetSection("listeners")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        services.AddSingleton<IValidateOptions<ListenersOptions>, ListenersOptionsValidator>();
        services.AddOptions<LocalCertificateOptions>().PostConfigure<IOptions<ThingsOptions>>((tls, things) =>
        {
            tls.Folder = dataFolder;
            tls.Domain = things.Value.Domain;
        });
        services.AddSingleton<IAccountData, ThingsOfAccount>().AddSingleton<AccountNames>();
        services.AddOptions<AccountDomainOptions>().PostConfigure<IOptions<ThingsOptions>>((accounts, things) => accounts.Domain = things.Value.Domain);
        services
            .AddEdgeStorage(configuration.GetSection("storage"), dataFolder)
            .AddEdgeTransport(configuration.GetSection("tls"), configuration.GetSection("transport"))
            .AddEdgeIdentity(configuration.GetSection("identity"), dataFolder)
            .AddEdgeThings(configuration.GetSection("things"))
            .AddEdgeMqtt(configuration.GetSection("mqtt"))
            .AddEdgeXmpp(configuration.GetSection("xmpp"))
            .AddEdgeFieldBus(configuration.GetSection("fieldbus"))
            .AddEdgePortal(configuration.GetSection("portal"))
            .AddEdgeMetrics(configuration.GetSection("metrics"));
    }

    // Standard output belongs to what a command answers (JSON lines); log lines are for standard error.
    private static void AddLogging(ILoggingBuilder logging, LogLevel level) => logging
        .ClearProviders()
        .SetMinimumLevel(level)
        .AddFilter("Microsoft", level > LogLevel.Information ? level : LogLevel.Warning)
        // It warns that its keys are not encrypted themselves: they lie in a folder that only this user can read.
        .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
        .AddSimpleConsole(o => o.SingleLine = true)
        .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);

    [LoggerMessage(EventId = 7030, Level = LogLevel.Warning,
        Message = "{Key}:anonymous is true: everybody on its network gets in, without a password and with every right. Leave it out, or give the address localhost")]
    private static partial void LogOpen(ILogger logger, string key);

    [LoggerMessage(EventId = 7020, Level = LogLevel.Warning, Message = "{Reason}")]
    private static partial void LogNoControl(ILogger logger, string reason);
}
