using System.Net.WebSockets;
using System.Text;

using Edge.Identity.Sasl;
using Edge.Tests.Mqtt.WebSockets;

namespace Edge.Tests.Xmpp.WebSockets;

/// <summary>A WebSocket on which a test speaks for itself, element by element.</summary>
internal sealed class FramedClient(ClientWebSocket socket) : IDisposable
{
    public const string Open = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='edge.local' version='1.0' xml:lang='en'/>";
    public const string Close = "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>";

    public ClientWebSocket Socket => socket;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<FramedClient> ConnectAsync(Uri address, string? subProtocol = "xmpp", string? origin = null)
    {
        var socket = new ClientWebSocket();
        if (subProtocol is not null) socket.Options.AddSubProtocol(subProtocol);
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(address, Cancel);
            return new(socket);
        }
        catch (WebSocketException e)
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw new RefusedException(status, e);
        }
    }

    /// <summary>A client that is bound.</summary>
    public static async Task<FramedClient> BindAsync(Uri address, string user)
    {
        var client = await ConnectAsync(address);
        await client.OpenAsync();
        await client.SignInAsync(user);
        await client.OpenAsync();
        await client.SendAsync("<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
        Assert.Contains("<jid>" + user, await client.ReadAsync(), StringComparison.Ordinal);
        return client;
    }

    /// <summary>Opens a stream; returns its features.</summary>
    public async Task<string> OpenAsync()
    {
        await SendAsync(Open);
        Assert.StartsWith("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' id='", await ReadAsync(), StringComparison.Ordinal);
        return await ReadAsync();
    }

    public async Task SignInAsync(string user)
    {
        var scram = new ScramClient(ScramMechanism.Sha256, user, TestAccounts.PasswordOf(user));
        await SendAsync($"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>{Base64(scram.First)}</auth>");
        var challenge = (await ReadAsync()).Split('>')[1].Split('<')[0];
        await SendAsync($"<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{Base64(scram.Answer(Encoding.UTF8.GetString(Convert.FromBase64String(challenge)))!)}</response>");
        Assert.StartsWith("<success", await ReadAsync(), StringComparison.Ordinal);
    }

    public Task SendAsync(string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancel);

    /// <summary>The next message; "closed 1000" and so on where the server closes.</summary>
    public async Task<string> ReadAsync()
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        time.CancelAfter(TimeSpan.FromSeconds(20));
        var (buffer, length) = (new byte[64], 0);
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), time.Token);
            if (received.MessageType == WebSocketMessageType.Close) return $"closed {(int)socket.CloseStatus!.Value}";
            length += received.Count;
            if (received.EndOfMessage) return Encoding.UTF8.GetString(buffer, 0, length);
            if (length == buffer.Length) Array.Resize(ref buffer, length * 2);
        }
    }

    /// <summary>Every message until the server closes.</summary>
    public async Task<List<string>> ReadToEndAsync()
    {
        var messages = new List<string>();
        do messages.Add(await ReadAsync());
        while (!messages[^1].StartsWith("closed", StringComparison.Ordinal));
        return messages;
    }

    public void Dispose() => socket.Dispose();

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
