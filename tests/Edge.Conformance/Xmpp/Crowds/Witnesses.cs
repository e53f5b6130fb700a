using System.Diagnostics;
using System.Globalization;

using Edge.Xmpp.Client;

namespace Edge.Conformance.Xmpp.Crowds;

/// <summary>Two who talk while others make noise, and how long each word takes.</summary>
internal sealed class Witnesses(XmppClient one, XmppClient other) : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10); // people do not talk faster, and it is not their rate that is looked at

    private readonly List<double> _milliseconds = [];

    /// <summary>How many words have arrived.</summary>
    public int Count => _milliseconds.Count;

    /// <summary>The slowest.</summary>
    public double Worst => _milliseconds.Max();

    public static async Task<Witnesses> SignInAsync(XmppGatewayProcess gateway, CancellationToken cancel) =>
        new(await gateway.ConnectAsync("romeo", cancel), await gateway.ConnectAsync("juliet", cancel));

    /// <summary>Talks until <paramref name="noise"/> is over; each word is waited for.</summary>
    public async Task TalkAsync(Task noise, CancellationToken cancel)
    {
        using var pace = new PeriodicTimer(Pace, TimeProvider.System);
        do
        {
            var (word, watch) = (Count.ToString(CultureInfo.InvariantCulture), Stopwatch.StartNew());
            await one.SendMessageAsync(other.Address, word, cancel);
            var heard = await other.Incoming.ReadAsync(cancel);
            Assert.Equal(word, heard.Value);
            _milliseconds.Add(watch.Elapsed.TotalMilliseconds);
        }
        while (await pace.WaitForNextTickAsync(cancel) && !noise.IsCompleted);
        await noise;
    }

    /// <summary>A part of the words took no longer than so many milliseconds.</summary>
    public double Percentile(double part) => _milliseconds.Order().ElementAt((int)((Count - 1) * part));

    public async ValueTask DisposeAsync()
    {
        await one.DisposeAsync();
        await other.DisposeAsync();
    }
}
