using System.Text;

using Edge.Xmpp.Modules.StreamManagement;
using Edge.Xmpp.Routing;

namespace Edge.Tests.Xmpp.Modules.StreamManagement;

public sealed class UnacknowledgedQueueTests
{
    [Fact]
    public void Counts_go_on_from_the_highest_number_to_zero()
    {
        var queue = new UnacknowledgedQueue(100, 1000, acknowledged: uint.MaxValue - 1);
        for (var i = 0; i < 4; i++) Assert.True(queue.TryAdd(Of($"m{i}")));

        Assert.False(queue.TryAcknowledge(3, queue.Last)); // five
        Assert.True(queue.TryAcknowledge(uint.MaxValue, queue.Last)); // the first
        Assert.True(queue.TryAcknowledge(1, queue.Last)); // the second and the third
        Assert.Equal(["m3"], Texts(queue));
        Assert.True(queue.TryAcknowledge(1, queue.Last)); // nothing new
        Assert.False(queue.TryAcknowledge(0, queue.Last)); // backwards
        Assert.True(queue.TryAcknowledge(2, queue.Last));
        Assert.Equal((0, 0L), (queue.Count, queue.Bytes));
    }

    [Fact]
    public void What_was_not_sent_cannot_be_acknowledged()
    {
        var queue = new UnacknowledgedQueue(100, 1000);
        for (var i = 0; i < 4; i++) queue.TryAdd(Of($"m{i}"));
        Assert.False(queue.TryAcknowledge(3, sent: 2));
        Assert.True(queue.TryAcknowledge(2, sent: 2));
    }

    [Fact]
    public void Its_order_holds_while_it_grows_and_shrinks()
    {
        var queue = new UnacknowledgedQueue(1000, 100_000);
        var (added, acknowledged) = (0, 0);
        foreach (var (add, drop) in ((int, int)[])[(5, 3), (20, 10), (40, 45), (100, 1), (7, 100)])
        {
            for (var i = 0; i < add; i++) queue.TryAdd(Of($"m{added++}"));
            acknowledged += drop;
            Assert.True(queue.TryAcknowledge((uint)acknowledged, queue.Last));
            Assert.Equal(Enumerable.Range(acknowledged, added - acknowledged).Select(i => $"m{i}"), Texts(queue));
            if (queue.Count > 0) Assert.Equal($"m{added - 1}", Encoding.UTF8.GetString(queue[queue.Last].Bytes.Span));
            Assert.Equal(Texts(queue).Sum(t => t.Length), queue.Bytes);
        }
    }

    [Fact]
    public void It_is_bounded_by_stanzas_and_by_bytes_and_lets_a_single_large_one_through()
    {
        var few = new UnacknowledgedQueue(2, 1000);
        Assert.True(few.TryAdd(Of("a")) && few.TryAdd(Of("b")));
        Assert.False(few.TryAdd(Of("c")));
        Assert.True(few.IsOver);

        var small = new UnacknowledgedQueue(100, 10);
        Assert.True(small.TryAdd(Of(new string('x', 50))));
        Assert.False(small.TryAdd(Of("y")));
    }

    private static UndeliveredStanza Of(string text) => new(Encoding.UTF8.GetBytes(text), default);

    private static List<string> Texts(UnacknowledgedQueue queue) => [.. queue.ToArray().Select(s => Encoding.UTF8.GetString(s.Bytes.Span))];
}
