using System.Net;

using Edge.Mqtt;
using Edge.Transport.Sockets;

namespace Edge.Gateway.Hosting;

/// <summary>MQTT on sockets of our own: where, for whom, and who wants to know the port that it got.</summary>
internal sealed record SocketEndpoint(IPEndPoint Address, MqttListenerPolicy Policy, Action<int> Bound);

/// <summary>Opens these listeners with the host and closes them with it.</summary>
internal sealed class SocketServer(IEnumerable<SocketEndpoint> endpoints, SocketTransport transport, IServiceProvider services) : IHostedService, IDisposable
{
    private readonly List<SocketListener> _listeners = [];
    private readonly CancellationTokenSource _stopping = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (address, policy, bound) in endpoints)
        {
            var listener = transport.ListenMqtt(services, address, policy, _stopping.Token);
            _listeners.Add(listener);
            bound(listener.Local.Port);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_listeners.Select(l => l.StopAsync(cancellationToken)));
    }

    public void Dispose() => _stopping.Dispose();
}
