using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Tests.Xmpp.Modules.Components;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Xmpp.Sessions;

/// <summary>A peer that ends its stream with an error (RFC 6120 §4.9.1): it is closed in return, and the log has the reason.</summary>
public sealed class PeerErrorTests : IDisposable
{
    private const string Error =
        "<stream:error><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>no\nmemory</text></stream:error>";

    private readonly LogCapture _log = new();

    [Theory, InlineData(false), InlineData(true)]
    public async Task Of_a_client(bool isBound)
    {
        await using var host = new XmppHost(more: Capture);
        var raw = isBound ? await host.BoundRawAsync("romeo") : host.OpenRaw();
        if (!isBound)
        {
            await raw.SendAsync(RawClient.Header);
            await raw.ReadUntilAsync("</stream:features>");
        }

        await raw.SendAsync(Error);

        Assert.Equal("</stream:stream>", await raw.ReadToEndAsync());
        await LoggedAsync("ended: Closed. It ended its stream with an error: resource-constraint (no memory).");
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Of_a_component(bool isSignedIn)
    {
        await using var host = new XmppHost(more: Capture, settings: ("xmpp:components:plays:secret", "secret of plays"));
        var plays = isSignedIn ? await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays") : await RawComponent.OpenAsync(host, "plays.edge.local");
        if (!isSignedIn) await plays.ReadUntilAsync("from='plays.edge.local'>");

        await plays.SendAsync(Error);

        Assert.Equal("</stream:stream>", await plays.ReadToEndAsync());
        await LoggedAsync("ended: Closed. It ended its stream with an error: resource-constraint (no memory).");
    }

    [Fact]
    public async Task What_it_says_takes_no_more_than_a_line()
    {
        await using var host = new XmppHost(more: Capture);
        var raw = await host.BoundRawAsync("romeo");
        await raw.SendAsync($"<stream:error><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>{new string('x', 5000)}</text></stream:error>");
        await raw.ReadToEndAsync();
        await LoggedAsync($"an error: undefined-condition ({new string('x', 200)}…).");
    }

    public void Dispose() => _log.Dispose();

    private void Capture(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(_log);

    private Task LoggedAsync(string text) => Eventually.HoldsAsync(() => _log.Lines.Any(l => l.Contains(text, StringComparison.Ordinal)));
}
