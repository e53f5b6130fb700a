using Edge.Benchmarks.Xmpp.Clients;

namespace Edge.Benchmarks.Xmpp.Modes;

/// <summary>Connected pairs of clients, one of which sends messages to the other's full address.</summary>
internal sealed class Pairs
{
    /// <summary>How many there are.</summary>
    public const int Count = 50;

    /// <summary>How many accounts they need.</summary>
    public const int Accounts = 2 * Count;

    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(0.25);

    /// <summary>Connects them.</summary>
    public Pairs(XmppBench bench)
    {
        Senders = [.. Enumerable.Range(0, Count).Select(i => new MessageSender(bench.Login(i), Traffic))];
        MessageReceiver[] receivers = [.. Senders.Select((sender, i) => new MessageReceiver(bench.Login(Count + i), Traffic) { Sender = sender })];
        bench.Connect([.. receivers, .. Senders]);
        foreach (var (sender, receiver) in Senders.Zip(receivers)) sender.Meet(receiver.Address);
    }

    /// <summary>Those who send; their windows are closed.</summary>
    public IReadOnlyList<MessageSender> Senders { get; }

    /// <summary>What they share.</summary>
    public Traffic Traffic { get; } = new();

    /// <summary>Opens the windows so far.</summary>
    public void Open(int window)
    {
        foreach (var sender in Senders)
        {
            sender.Window = window;
            sender.Wake();
        }
    }

    /// <summary>Lets them send for so long. None may be lost: a session keeps its order and drops nothing.</summary>
    public void Load(XmppBench bench, TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero; left -= Slice)
        {
            var delivered = Traffic.Delivered;
            bench.Loop.Run(left < Slice ? left : Slice);
            if (Traffic.Delivered == delivered && !bench.Loop.RunUntil(() => Traffic.Delivered > delivered, TimeSpan.FromSeconds(5)))
                throw new IOException($"Nothing is delivered any more: {Senders.Sum(s => s.Outstanding)} messages are on their way.");
        }
    }

    /// <summary>Closes the windows and waits for what is on its way.</summary>
    public void Drain(XmppBench bench)
    {
        foreach (var sender in Senders) sender.Window = 0;
        if (!bench.Loop.RunUntil(() => Senders.All(s => s.Outstanding == 0), TimeSpan.FromSeconds(5)))
            throw new IOException($"{Senders.Sum(s => s.Outstanding)} messages have not arrived.");
    }
}
