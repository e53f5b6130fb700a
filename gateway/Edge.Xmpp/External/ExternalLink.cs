using System.Net.Sockets;
using System.Security.Authentication;
using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Client;

namespace Edge.Xmpp.External;

/// <summary>One of our services at the other server: connects it, and again whenever the connection is lost.</summary>
internal sealed class ExternalLink(ILinkConnector connector, LinkSetting setting, LinkSpells spells)
{
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(1); // a connection that lasted so long was a good one

    private volatile LinkSession? _session;

    /// <summary>The service by the name that modules gave it.</summary>
    public string Service => connector.Service;

    /// <summary>What its stanzas come from, without a resource.</summary>
    public Jid Bare => connector.Bare;

    /// <summary>What its stanzas come from; null while it is not connected.</summary>
    public Jid? Address => _session?.Address;

    /// <summary>What came and went.</summary>
    public LinkCounters Counters { get; } = new();

    /// <summary>Hands a stanza over; it never waits.</summary>
    /// <returns>False where there is no connection, or too much waits for it.</returns>
    public bool TrySend(XElement stanza)
    {
        var isSent = _session is { } session && session.TrySend(stanza);
        if (isSent) Counters.CountSent();
        else Counters.CountDropped();
        return isSent;
    }

    /// <summary>Connects until it is cancelled.</summary>
    public async Task RunAsync(Action<ExternalLink, XElement> take, CancellationToken cancel)
    {
        var backOff = new BackOff(TimeSpan.FromSeconds(setting.Options.MaxRetrySeconds));
        while (!cancel.IsCancellationRequested)
        {
            var since = setting.Clock.GetTimestamp();
            try
            {
                await ServeAsync(take, cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (IsExpected(e))
            {
                var wait = NextWait(backOff, since);
                spells.Away(connector, e, wait);
                await Task.Delay(wait, setting.Clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
#pragma warning disable CA1031 // A bug of ours must not leave the gateway without its services until somebody starts it anew.
            catch (Exception e)
#pragma warning restore CA1031
            {
                var wait = NextWait(backOff, since);
                spells.Failed(connector, e, wait);
                await Task.Delay(wait, setting.Clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private TimeSpan NextWait(BackOff backOff, long since)
    {
        if (setting.Clock.GetElapsedTime(since) >= Steady) backOff.Reset();
        return backOff.Next();
    }

    private async Task ServeAsync(Action<ExternalLink, XElement> take, CancellationToken cancel)
    {
        await using var session = await ConnectAsync(cancel).ConfigureAwait(false);
        _session = session;
        Counters.CountConnect();
        spells.There(connector, session.Address);
        try
        {
            await session.RunAsync(stanza => Take(take, stanza), why => spells.LeftOut(connector, why), cancel).ConfigureAwait(false);
        }
        finally
        {
            _session = null;
            if (cancel.IsCancellationRequested) await SayGoodbyeAsync(session).ConfigureAwait(false);
        }
    }

    private void Take(Action<ExternalLink, XElement> take, XElement stanza)
    {
        Counters.CountReceived();
        take(this, stanza);
    }

    private async Task<LinkSession> ConnectAsync(CancellationToken cancel)
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(setting.Options.ConnectSeconds), setting.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancel);
        try
        {
            return await connector.ConnectAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new XmppClientException("connection-timeout", $"Not signed in within {setting.Options.ConnectSeconds} s (xmpp:external:connectSeconds).");
        }
    }

    private async Task SayGoodbyeAsync(LinkSession session)
    {
        try
        {
            using var time = new CancellationTokenSource(GoodbyeTime, setting.Clock);
            await session.CloseAsync(time.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsExpected(e) || e is OperationCanceledException)
        {
            // The server is gone before the goodbye.
        }
    }

    private static bool IsExpected(Exception e) =>
        e is XmppClientException or IOException or SocketException or AuthenticationException or ObjectDisposedException or UnauthorizedAccessException
            or System.Security.Cryptography.CryptographicException or FormatException or System.Threading.Channels.ChannelClosedException;
}

/// <summary>How long to wait before the next attempt: twice as long each time, and shortened by up to half by chance.</summary>
internal sealed class BackOff(TimeSpan most)
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private TimeSpan _next = Least;

    public TimeSpan Next()
    {
        var wait = _next < most ? _next : most;
        _next = wait * 2;
        return wait * (0.5 + (Random.Shared.NextDouble() / 2));
    }

    public void Reset() => _next = Least;
}

/// <summary>What came and went on one link.</summary>
internal sealed class LinkCounters
{
    private long _sent;
    private long _received;
    private long _dropped;
    private long _connects;

    public long Sent => Interlocked.Read(ref _sent);

    public long Received => Interlocked.Read(ref _received);

    public long Dropped => Interlocked.Read(ref _dropped);

    public long Connects => Interlocked.Read(ref _connects);

    public void CountSent() => Interlocked.Increment(ref _sent);

    public void CountReceived() => Interlocked.Increment(ref _received);

    public void CountDropped() => Interlocked.Increment(ref _dropped);

    public void CountConnect() => Interlocked.Increment(ref _connects);
}
