using System.Net;

using Edge.Identity;
using Edge.Identity.Tokens;
using Edge.Mqtt;
using Edge.Storage;
using Edge.Things;
using Edge.Transport;
using Edge.Transport.Sockets;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Benchmarks.Mqtt.Servers;

/// <summary>The broker with every feature that it has in the gateway, and what those need: storage, identity, things and sockets. XMPP, field buses, portal and
/// metrics are left out: what they cost is the difference to the gateway.</summary>
internal sealed class BrokerHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly List<IHostedService> _hosted;

    private BrokerHost(ServiceProvider services)
    {
        _services = services;
        _hosted = [.. services.GetServices<IHostedService>()];
    }

    /// <summary>The broker.</summary>
    public MqttBroker Broker => _services.GetRequiredService<MqttBroker>();

    /// <summary>Makes and judges the tokens of its clients.</summary>
    public ITokenService Tokens => _services.GetRequiredService<ITokenService>();

    /// <summary>Starts it on a data folder.</summary>
    public static async Task<BrokerHost> StartAsync(string dataFolder)
    {
        Directory.CreateDirectory(dataFolder);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(BrokerSettings.Keys("mqtt")).Build();
        var services = new ServiceCollection()
            .AddLogging(l => l.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error).AddSimpleConsole(o => o.SingleLine = true))
            .AddSingleton(TimeProvider.System)
            .AddEdgeStorage(configuration.GetSection("storage"), dataFolder)
            .AddEdgeTransport(configuration.GetSection("tls"))
            .AddEdgeIdentity(configuration.GetSection("identity"), dataFolder)
            .AddEdgeThings(configuration.GetSection("things"))
            .AddEdgeMqtt(configuration.GetSection("mqtt"));
        var host = new BrokerHost(services.BuildServiceProvider());
        host._services.GetService<IStartupValidator>()?.Validate();
        foreach (var service in host._hosted.OfType<IHostedLifecycleService>()) await service.StartingAsync(CancellationToken.None);
        foreach (var service in host._hosted) await service.StartAsync(CancellationToken.None);
        return host;
    }

    /// <summary>Takes connections on a port of 127.0.0.1.</summary>
    public SocketListener Listen(int port) => _services.GetRequiredService<SocketTransport>().Listen(
        new(IPAddress.Loopback, port),
        connection => Broker.ServeAsync(new(connection.Input, connection.Output, new() { Name = "mqtt" }), connection.Remote));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_hosted)) await service.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
