using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Edge.Conformance.Xmpp.Crowds;

/// <summary>A connection on which nobody signs in.</summary>
internal sealed partial class Stranger(Socket socket) : IDisposable
{
    public const string Header = "<?xml version='1.0'?><stream:stream to='edge.local' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

    public static async Task<Stranger> ComeAsync(IPAddress address, int port, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, port, cancel);
        return new(socket);
    }

    /// <summary>Says something to a server that may have closed the connection already.</summary>
    public async Task SayAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        try
        {
            await socket.SendAsync(bytes, cancel);
        }
        catch (SocketException)
        {
            // It has.
        }
    }

    /// <summary>Waits until the server ends the connection. Returns the stream error that it told before, or what it said where there is none.</summary>
    public async Task<string> EndAsync(CancellationToken cancel)
    {
        var (said, buffer) = (new StringBuilder(), new byte[1024]);
        try
        {
            while (await socket.ReceiveAsync(buffer, cancel) is > 0 and var count) said.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        catch (SocketException)
        {
            // Reset: an end, too.
        }

        var text = said.ToString();
        return ErrorText().Match(text) is { Success: true } error && text.EndsWith("</stream:stream>", StringComparison.Ordinal) ? error.Groups[1].Value : $"'{text}'";
    }

    public void Dispose() => socket.Dispose();

    [GeneratedRegex("<stream:error><([a-z-]+) xmlns='urn:ietf:params:xml:ns:xmpp-streams'")]
    private static partial Regex ErrorText();
}
