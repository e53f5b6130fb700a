using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

using Edge.Transport.Sockets;

using Microsoft.Extensions.Logging;

namespace Edge.Tests.Transport.Sockets;

/// <summary>A listener on loopback with what a test does as its service, and clients for it.</summary>
internal sealed class SocketBench : IAsyncDisposable
{
    private readonly SocketTransport _transport;
    private readonly ConcurrentQueue<Socket> _clients = new();

    public SocketBench(Func<SocketConnection, Task> serve, bool isPortable = false, SocketOptions? options = null, TimeProvider? clock = null, IPAddress? address = null)
    {
        _transport = new(options ?? new(), clock ?? TimeProvider.System, Log, isPortable);
        Listener = _transport.Listen(new(address ?? IPAddress.Loopback, 0), serve);
    }

    public SocketListener Listener { get; }

    public RecordingLogger Log { get; } = new();

    /// <summary>Sends back what comes, until the end.</summary>
    public static async Task EchoAsync(SocketConnection connection)
    {
        while (true)
        {
            var result = await connection.Input.ReadAsync();
            foreach (var piece in result.Buffer)
            {
                if (!await connection.Output.SendAsync(piece)) return;
            }

            connection.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return;
        }
    }

    public async Task<Socket> ConnectAsync(int receiveBuffer = 0, IPAddress? to = null)
    {
        var address = to ?? Listener.Local.Address;
        var client = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0) client.ReceiveBufferSize = receiveBuffer;
        _clients.Enqueue(client);
        await client.ConnectAsync(new IPEndPoint(address, Listener.Local.Port), TestContext.Current.CancellationToken);
        return client;
    }

    public static async Task<byte[]> ReceiveAsync(Socket client, int count)
    {
        var bytes = new byte[count];
        for (var got = 0; got < count;)
        {
            var n = await client.ReceiveAsync(bytes.AsMemory(got), TestContext.Current.CancellationToken);
            Assert.NotEqual(0, n);
            got += n;
        }

        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        _transport.Dispose();
        foreach (var client in _clients) client.Dispose();
    }
}

/// <summary>Keeps what is logged.</summary>
internal sealed class RecordingLogger : ILogger
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((logLevel, formatter(state, exception) + exception));
}
