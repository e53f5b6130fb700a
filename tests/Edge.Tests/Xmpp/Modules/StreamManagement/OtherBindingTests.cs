using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using System.Xml.Linq;

using Edge.Xmpp;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Sessions.Negotiation;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Xmpp.Modules.StreamManagement;

/// <summary>A session is not bound to what carried it: begun over TCP, it goes on in a WebSocket.</summary>
public sealed class OtherBindingTests
{
    private const string Open = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='edge.local' version='1.0'/>";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_of_TCP_is_resumed_in_a_WebSocket()
    {
        await using var host = new XmppHost(more: s => s.AddSingleton<INegotiationStep, OpenDoor>());
        var (romeo, id) = await host.PresentAsync("romeo", "phone");
        await host.BreakAsync(romeo);
        var juliet = await host.BoundRawAsync("juliet");
        await juliet.SayAsync("romeo@edge.local", "missed");
        await juliet.SoFarAsync();

        using var socket = Connect(host, out var served);
        foreach (var element in (string[])[Open, "<let-me-in xmlns='urn:example:door' user='romeo'/>", Open, $"<resume {Managed.Names} previd='{id}' h='1'/>"])
            await socket.SendAsync(Encoding.UTF8.GetBytes(element), WebSocketMessageType.Text, true, Cancel);
        Assert.StartsWith("<resumed ", await ReadAsync(socket, "<resumed "), StringComparison.Ordinal);
        var message = XElement.Parse(await ReadAsync(socket, "<message "));
        Assert.Equal("missed", message.Element(XmppNames.Client + "body")?.Value);
        Assert.Equal("xmpp websocket", host.Get<IXmppSessions>().List("romeo").Single().Carrier);

        await socket.SendAsync(Encoding.UTF8.GetBytes("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"), WebSocketMessageType.Text, true, Cancel);
        await served.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel);
    }

    private static WebSocket Connect(XmppHost host, out Task served)
    {
        Pipe toServer = new(new(useSynchronizationContext: false)), toClient = new(new(useSynchronizationContext: false));
        var server = WebSocket.CreateFromStream(new PipeStream(new(toServer.Reader, toClient.Writer)), new WebSocketCreationOptions { IsServer = true });
        var client = WebSocket.CreateFromStream(new PipeStream(new(toClient.Reader, toServer.Writer)), new WebSocketCreationOptions());
        served = host.Server.ServeAsync(new Edge.Xmpp.WebSockets.WebSocketStream(server, host.Get<SessionHost>().Streams, null), null, new() { AllowPlain = true });
        return client;
    }

    private static async Task<string> ReadAsync(WebSocket socket, string beginning)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(buffer.AsMemory(length), Cancel);
                length += result.Count;
            }
            while (!result.EndOfMessage);
            var text = Encoding.UTF8.GetString(buffer, 0, length);
            if (text.StartsWith(beginning, StringComparison.Ordinal)) return text;
            Assert.NotEqual(WebSocketMessageType.Close, result.MessageType);
        }
    }

    /// <summary>Lets everybody in who says who he is: signing in is not what is tested here.</summary>
    private sealed class OpenDoor(Edge.Identity.Accounts.IAccounts accounts) : INegotiationStep
    {
        public int Order => 1;

        public IEnumerable<XElement> Offer(NegotiationState state) => [];

        public bool Takes(NegotiationState state, Stanza element) => element.Namespace == "urn:example:door";

        public async ValueTask<StepOutcome> RunAsync(NegotiationState state, Stanza element, CancellationToken cancel)
        {
            state.Account = await accounts.FindAsync((string)element.ToElement().Attribute("user")!, cancel);
            state.Stream.Trust();
            return StepOutcome.Restart;
        }
    }
}
