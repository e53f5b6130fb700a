using System.Net.Sockets;
using System.Text;

using Edge.Xmpp.Client;

namespace Edge.Conformance.Xmpp.Crowds;

/// <summary>A client that has signed in, and sends without end.</summary>
internal sealed class Flooder : IAsyncDisposable
{
    private static readonly byte[] Stanzas = Encoding.UTF8.GetBytes(string.Concat(
        Enumerable.Repeat("<message to='nobody@edge.local' type='headline'><body>More, and more, and more.</body></message>", 64)));

    private readonly NetworkStream _stream;
    private readonly XmppClient _client;

    private Flooder(NetworkStream stream, XmppClient client) => (_stream, _client) = (stream, client);

    public static async Task<Flooder> SignInAsync(XmppGatewayProcess gateway, string name, CancellationToken cancel)
    {
        var stream = await gateway.OpenAsync(cancel);
        stream.Socket.SendBufferSize = 64 * 1024; // else the kernel takes megabytes of each
        return new(stream, await XmppGatewayProcess.ConnectAsync(stream, name, cancel));
    }

    /// <summary>Sends stanzas as fast as they are taken. Returns the stream error with which that ended.</summary>
    public Task<string> FloodAsync(CancellationToken cancel) => SendAsync(Stanzas, Stanzas, cancel);

    /// <summary>As above, with one stanza that does not end.</summary>
    public Task<string> SendEndlessAsync(CancellationToken cancel) => SendAsync("<message><body>"u8.ToArray(), Enumerable.Repeat((byte)'x', 8192).ToArray(), cancel);

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private async Task<string> SendAsync(byte[] first, byte[] again, CancellationToken cancel)
    {
        var reading = ReadAsync(cancel);
        try
        {
            for (var bytes = first; ; bytes = again) await _stream.WriteAsync(bytes, cancel);
        }
        catch (IOException)
        {
            return await reading;
        }
    }

    private async Task<string> ReadAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var _ in _client.Incoming.ReadAllAsync(cancel))
            {
            }

            return "";
        }
        catch (XmppClientException ended)
        {
            return ended.Condition;
        }
    }
}
