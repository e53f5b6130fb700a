using System.Net;

using Edge.Transport.Sockets;

namespace Edge.Gateway.Hosting;

/// <summary>A server on sockets of our own: where, which, and who wants to know the port that it got.</summary>
internal sealed record SocketEndpoint(IPEndPoint Address, OpenSocket Open, Action<int> Bound);

/// <summary>Lets a server listen; <paramref name="closeRequested"/> is cancelled when its connections shall end in an orderly way.</summary>
internal delegate SocketListener OpenSocket(SocketTransport transport, IServiceProvider services, IPEndPoint local, CancellationToken closeRequested);

/// <summary>Opens these listeners with the host and closes them with it.</summary>
internal sealed class SocketServer(IEnumerable<SocketEndpoint> endpoints, SocketTransport transport, IServiceProvider services) : IHostedService, IDisposable
{
    private readonly List<SocketListener> _listeners = [];
    private readonly CancellationTokenSource _stopping = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (address, open, bound) in endpoints)
        {
            var listener = open(transport, services, address, _stopping.Token);
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
