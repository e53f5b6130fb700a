using System.Diagnostics;

using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Xmpp.Clients;

namespace Edge.Benchmarks.Xmpp.Modes;

/// <summary>Clients that sign in with SCRAM-SHA-1, bind a resource, and go, fifty at a time.</summary>
internal sealed class LoginMode : IXmppMode
{
    private const int AtOnce = 50;

    /// <inheritdoc/>
    public string Name => "logins";

    /// <inheritdoc/>
    public string Title => $"SCRAM-SHA-1, bind, close; {AtOnce} at a time";

    /// <inheritdoc/>
    public int Accounts => 500;

    /// <inheritdoc/>
    public IReadOnlyList<Figure> Run(XmppBench bench)
    {
        var turnstile = new Turnstile(bench, Accounts);
        for (var i = 0; i < AtOnce; i++) turnstile.Next();
        bench.Loop.Run(bench.WarmUp);

        var (count, cpu, watch) = (turnstile.Count, bench.Server.CpuSeconds, Stopwatch.StartNew());
        bench.Loop.Run(bench.Time);
        var (seconds, used) = (watch.Elapsed.TotalSeconds, bench.Server.CpuSeconds - cpu);
        var logins = turnstile.Count - count;
        turnstile.IsClosed = true;
        bench.Loop.RunUntil(() => turnstile.Inside == 0, TimeSpan.FromSeconds(5));
        return [new(Metric.Logins, logins / seconds), new(Metric.CpuPerLogin, used / logins * 1000), new(Metric.LoginsPerCpuSecond, logins / used)];
    }

    private sealed class Turnstile(XmppBench bench, int accounts)
    {
        private int _next;

        public long Count { get; private set; }

        public int Inside { get; private set; }

        public bool IsClosed { get; set; }

        public void Next()
        {
            Inside++;
            bench.Open(new Visitor(bench.Login(_next++ % accounts, isOnline: false), this));
        }

        public void Passed()
        {
            Count++;
            Inside--;
            if (!IsClosed) Next();
        }
    }

    private sealed class Visitor(XmppLogin login, Turnstile turnstile) : XmppPeer(login)
    {
        protected override void OnReady() => Send("</stream:stream>"u8);

        // The server closes when it has let go of the session.
        protected override void OnClosed()
        {
            Dispose();
            turnstile.Passed();
        }
    }
}
