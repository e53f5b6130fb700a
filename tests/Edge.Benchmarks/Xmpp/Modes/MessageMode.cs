using Edge.Benchmarks.Compare;

namespace Edge.Benchmarks.Xmpp.Modes;

/// <summary>As many messages as a window per pair lets through.</summary>
internal sealed class MessageMode : IXmppMode
{
    private const int Window = 20;

    /// <inheritdoc/>
    public string Name => "messages";

    /// <inheritdoc/>
    public string Title => $"messages between {Pairs.Count} pairs, window {Window}";

    /// <inheritdoc/>
    public int Accounts => Pairs.Accounts;

    /// <inheritdoc/>
    public IReadOnlyList<Figure> Run(XmppBench bench)
    {
        var pairs = new Pairs(bench);
        pairs.Open(Window);
        pairs.Load(bench, bench.WarmUp);
        var figures = bench.Measure(() => pairs.Traffic.Delivered, time => pairs.Load(bench, time));
        pairs.Drain(bench);
        return figures;
    }
}
