using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Xmpp.Clients;

namespace Edge.Benchmarks.Xmpp.Modes;

/// <summary>Clients that ping the server, one request of each on its way.</summary>
internal sealed class PingMode : IXmppMode
{
    private const int Clients = 50;

    /// <inheritdoc/>
    public string Name => "pings";

    /// <inheritdoc/>
    public string Title => $"{Clients} clients ping the server";

    /// <inheritdoc/>
    public int Accounts => Clients;

    /// <inheritdoc/>
    public IReadOnlyList<Figure> Run(XmppBench bench)
    {
        var traffic = new Traffic();
        Pinger[] pingers = [.. Enumerable.Range(0, Clients).Select(i => new Pinger(bench.Login(i), traffic))];
        bench.Connect(pingers);
        foreach (var pinger in pingers) pinger.Start();
        bench.Loop.Run(bench.WarmUp);
        return bench.Measure(() => traffic.Delivered, bench.Loop.Run);
    }
}
