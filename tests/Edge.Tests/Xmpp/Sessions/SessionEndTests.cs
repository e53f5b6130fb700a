using System.IO.Pipelines;

using Edge.TestKit;
using Edge.Transport;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Edge.Tests.Xmpp.Sessions;

/// <summary>How sessions end, whatever happens to them.</summary>
public sealed class SessionEndTests
{
    [Fact]
    public async Task A_stream_that_is_closed_before_anybody_is_bound_is_closed_in_return()
    {
        await using var host = new XmppHost();
        var raw = host.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
        await raw.SendAsync("</stream:stream>");
        Assert.Equal("</stream:stream>", await raw.ReadToEndAsync());
    }

    [Fact]
    public async Task A_handler_that_fails_ends_the_stream_with_internal_server_error()
    {
        await using var host = new XmppHost(more: services => services.AddSingleton<IStreamElementHandler>(new FailingHandler()));
        var raw = await host.BoundRawAsync("romeo");
        await raw.SendAsync("<boom xmlns='urn:test'/>");
        var answer = await raw.ReadToEndAsync();
        Assert.Contains("<stream:error><internal-server-error ", answer, StringComparison.Ordinal);
        Assert.EndsWith("</stream:stream>", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_writer_that_fails_ends_the_session_with_its_reason()
    {
        await using var host = new XmppHost();
        var (client, stream) = Pair(host);
        var serving = host.Server.ServeAsync(stream, null, new() { AllowPlain = true });
        await client.SendAsync(RawClient.Header);
        await client.ReadUntilAsync("</stream:features>");
        await client.SignInAsync("romeo");
        await client.SendAsync(RawClient.Header);
        await client.ReadUntilAsync("</stream:features>");
        await client.BindAsync();
        stream.OnPut = () => throw new InvalidCastException("A bug.");

        await client.SendAsync("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");

        Assert.Equal(EndReason.InternalError, await serving.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
        Assert.Equal(0, host.Server.Count);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_session_that_comes_while_the_server_stops_is_not_forgotten()
    {
        await using var host = new XmppHost();
        var (client, stream) = Pair(host);
        var stopping = Task.CompletedTask;
        stream.OnSeen = () => stopping = ((IHostedService)host.Server).StopAsync(CancellationToken.None); // the gate has let it in, and nobody knows it yet

        var serving = host.Server.ServeAsync(stream, null, new() { AllowPlain = true });

        Assert.Equal(EndReason.Shutdown, await serving.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
        Assert.Contains("<system-shutdown ", await client.ReadUntilAsync("</stream:stream>"), StringComparison.Ordinal);
        await stopping;
        await client.DisposeAsync();
    }

    private static (RawClient Client, TestStream Stream) Pair(XmppHost host)
    {
        Pipe toServer = new(new(useSynchronizationContext: false)), toClient = new(new(useSynchronizationContext: false));
        var stream = new TcpStream(new XmppHost.Duplex(toServer.Reader, toClient.Writer), host.Get<SessionHost>().Streams);
        return (new RawClient(new(toClient.Reader, toServer.Writer)), new TestStream(stream));
    }

    private sealed class FailingHandler : IStreamElementHandler
    {
        public bool Takes(Stanza element) => element.Name == "boom";

        public ValueTask RunAsync(BoundResource bound, Stanza element, CancellationToken cancel) => throw new InvalidCastException("A bug.");
    }
}
