using System.Net.WebSockets;

using Edge.Identity.Accounts;
using Edge.Identity.Devices;
using Edge.Identity.Pending;
using Edge.Identity.Tokens;
using Edge.Mqtt;
using Edge.Mqtt.Features;
using Edge.Mqtt.WebSockets;
using Edge.Storage;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Mqtt.WebSockets;

/// <summary>A broker behind a real web server on loopback, that lets everybody in.</summary>
internal sealed class WebSocketBench : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebSocketBench(WebApplication app) => _app = app;

    public LogCapture Log { get; private init; } = null!;

    public Uri Address => new(_app.Urls.Single().Replace("http://", "ws://", StringComparison.Ordinal) + "/mqtt");

    public static async Task<WebSocketBench> StartAsync(params string[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var log = new LogCapture();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager();
        foreach (var setting in settings) configuration["mqtt:" + setting.Split('=')[0]] = setting.Split('=')[1];
        var tokens = new FakeTokens(new ManualClock());
        builder.Services.AddSingleton(TimeProvider.System)
            .AddSingleton<IStorage>(new FakeStorage())
            .AddSingleton(new StorageFolder(null))
            .AddSingleton<ITokenService>(tokens)
            .AddSingleton<IBearerTokens>(tokens)
            .AddSingleton<IPasswords>(new FakePasswords())
            .AddSingleton<IPendingDevices, PendingDevices>()
            .AddSingleton<IDeviceSecrets, EmptyManifest>()
            .AddEdgeTransport(configuration.GetSection("tls"));
        MqttServices.AddEdgeMqtt(builder.Services, configuration.GetSection("mqtt"), OwnFeatures());
        var app = builder.Build();
        app.UseMqttWebSockets(_ => new MqttListenerPolicy { Name = "ws", AllowAnonymous = true });
        await app.StartAsync();
        return new(app) { Log = log };
    }

    private static List<Type> OwnFeatures() =>
        [.. typeof(IMqttFeature).Assembly.GetTypes().Where(t => MqttServices.IsFeature(t) && !t.Namespace!.EndsWith(".NodeProtocol", StringComparison.Ordinal))];

    /// <summary>A WebSocket that is open.</summary>
    public async Task<ClientWebSocket> ConnectAsync(string? subProtocol = "mqtt", string? origin = null)
    {
        var socket = new ClientWebSocket();
        if (subProtocol is not null) socket.Options.AddSubProtocol(subProtocol);
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(Address, TestContext.Current.CancellationToken);
            return socket;
        }
        catch (WebSocketException e)
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw new RefusedException(status, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>The upgrade was answered with something else.</summary>
internal sealed class RefusedException(int status, Exception inner) : Exception($"Status {status}", inner)
{
    public int Status => status;
}
