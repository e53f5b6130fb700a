using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;

using Edge.TestKit;

namespace Edge.Conformance.Xmpp.Crowds;

/// <summary>Many who mean no good, on real sockets, against the gateway as a process: each is told why it has to go, and others do not notice.</summary>
public sealed class CrowdTests : IAsyncLifetime
{
    private const int Garbage = 200, Lasting = 1800, TooMany = 50, Flooders = 40, Endless = 10;
    private const int MostMebibytes = 400;

    // What comes, and the stream error that it is worth.
    private static readonly (string Text, string Error)[] Rubbish =
    [
        ("GET / HTTP/1.1\r\nHost: edge.local\r\n\r\n", "bad-format"),
        ("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", "bad-format"),
        ("\0\0\0\0", "bad-format"),
        ("<stream:stream xmlns='urn:other'>", "bad-namespace-prefix"),
        (Stranger.Header + "<!DOCTYPE a [<!ENTITY b 'c'>]>", "restricted-xml"),
        (Stranger.Header + "<a><b></a>", "not-well-formed"),
        (Stranger.Header + "<message to='romeo@edge.local'/>", "not-authorized"),
        (Stranger.Header + string.Concat(Enumerable.Repeat("<a>", 100)), "policy-violation"),
        (Stranger.Header + "<" + new string('n', 5000) + " b='c'/>", "policy-violation"),
        (Stranger.Header + "<a>" + new string('x', 40_000), "policy-violation"),
    ];

    private readonly TempFolder _folder = new();
    private readonly XmppGatewayProcess _gateway;

    public CrowdTests() => _gateway = new(_folder.Path);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _gateway.AddAccountsAsync("romeo", "juliet", "flood0", "flood1", "flood2", "flood3", "flood4");

    [Fact]
    public async Task Two_thousand_strangers_and_fifty_flooders_are_each_refused_as_they_should_and_two_who_talk_do_not_notice()
    {
        await _gateway.StartAsync("localhost",
            "loginSeconds: 10", $"connections: {{ total: {2 + Flooders + Endless + Lasting} }}", "rates: { stanzasPerSecond: 500, burstStanzas: 1000, overrunSeconds: 3 }");
        await using var witnesses = await Witnesses.SignInAsync(_gateway, Cancel);
        var flooders = await Task.WhenAll(Enumerable.Range(0, Flooders + Endless).Select(i => Flooder.SignInAsync(_gateway, $"flood{i % 5}", Cancel)));

        var noise = Task.WhenAll(StrangersAsync(), FloodAsync(flooders));
        await witnesses.TalkAsync(noise, Cancel);

        using var process = Process.GetProcessById(_gateway.Process.Id);
        var peak = process.PeakWorkingSet64 >> 20;
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{witnesses.Count} words, p50 {witnesses.Percentile(0.5):F1} ms, p99 {witnesses.Percentile(0.99):F1} ms, worst {witnesses.Worst:F1} ms; peak resident memory of the gateway {peak} MiB"));
        Assert.InRange(witnesses.Worst, 0, 10_000);
        Assert.InRange(peak, 1, MostMebibytes);
        await using var late = await _gateway.ConnectAsync("romeo", Cancel);
        foreach (var flooder in flooders) await flooder.DisposeAsync();
    }

    [Fact]
    public async Task One_address_takes_no_more_connections_than_it_may_while_others_come_in()
    {
        const int Places = 20;
        await _gateway.StartAsync("any", $"connections: {{ perAddress: {Places} }}");
        var address = OwnAddress();
        List<Stranger> let = [];
        for (var i = 0; i < Places; i++)
        {
            let.Add(await Stranger.ComeAsync(address, _gateway.Port, Cancel));
            await let[i].SayAsync(Encoding.UTF8.GetBytes(Stranger.Header), Cancel);
        }

        for (var i = 0; i < 5; i++)
        {
            using var refused = await Stranger.ComeAsync(address, _gateway.Port, Cancel);
            Assert.Equal("resource-constraint", await refused.EndAsync(Cancel));
        }

        await using (await _gateway.ConnectAsync("romeo", Cancel))
        {
            let[0].Dispose();
            await Eventually.HoldsAsync(() => IsLetIn(address));
        }

        let.ForEach(s => s.Dispose());
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StrangersAsync()
    {
        var told = new List<string>();
        for (var i = 0; i < Garbage; i++)
        {
            using var stranger = await ComeAsync();
            await stranger.SayAsync(Encoding.Latin1.GetBytes(Rubbish[i % Rubbish.Length].Text), Cancel);
            told.Add(await stranger.EndAsync(Cancel));
        }

        Assert.Equal(told.Select((_, i) => Rubbish[i % Rubbish.Length].Error), told);

        var strangers = new List<Stranger>();
        for (var i = 0; i < Lasting + TooMany; i++)
        {
            strangers.Add(await ComeAsync());
            if (i % 3 == 1) await strangers[i].SayAsync(Encoding.UTF8.GetBytes(Stranger.Header).AsMemory(0, 40), Cancel);
        }

        var ends = strangers.Select(s => s.EndAsync(Cancel)).ToList();
        var over = Task.WhenAll(ends);
        await DripAsync([.. strangers.Where((_, i) => i % 3 == 2)], over);
        var counts = (await over).CountBy(e => e).ToDictionary();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", counts.Select(c => $"{c.Value} × {c.Key}")));
        Assert.Equal(["connection-timeout", "resource-constraint"], counts.Keys.Order());
        strangers.ForEach(s => s.Dispose());
    }

    private Task<Stranger> ComeAsync() => Stranger.ComeAsync(IPAddress.Loopback, _gateway.Port, Cancel);

    // A byte of a header each time, for ever: what has come so far is good.
    private static async Task DripAsync(IReadOnlyList<Stranger> strangers, Task over)
    {
        var header = Encoding.UTF8.GetBytes(Stranger.Header + new string(' ', 10_000));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        for (var at = 0; !over.IsCompleted && await pace.WaitForNextTickAsync(Cancel); at++)
        {
            foreach (var stranger in strangers) await stranger.SayAsync(header.AsMemory(at, 1), Cancel);
        }
    }

    private static async Task FloodAsync(Flooder[] flooders)
    {
        var ends = await Task.WhenAll(flooders.Select((f, i) => i < Flooders ? f.FloodAsync(Cancel) : f.SendEndlessAsync(Cancel)));
        Assert.All(ends, e => Assert.Equal("policy-violation", e));
    }

    private bool IsLetIn(IPAddress address)
    {
        using var socket = new TcpClient(address.ToString(), _gateway.Port);
        var stream = socket.GetStream();
        stream.Write(Encoding.UTF8.GetBytes(Stranger.Header));
        var buffer = new byte[4096];
        var text = new StringBuilder();
        while (!text.ToString().Contains("</stream:", StringComparison.Ordinal) && stream.Read(buffer) is > 0 and var count) text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        return text.ToString().Contains("</stream:features>", StringComparison.Ordinal);
    }

    /// <summary>One of this machine's own addresses that is not the loopback, from which it then also comes.</summary>
    private static IPAddress OwnAddress()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().Where(i => i.OperationalStatus == OperationalStatus.Up).SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .FirstOrDefault(a => a.Address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a.Address));
        if (own is null) Assert.Skip("This machine has no address but the loopback.");
        return own.Address;
    }
}
