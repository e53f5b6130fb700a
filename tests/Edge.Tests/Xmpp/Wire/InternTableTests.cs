using System.Text;

using Edge.Xmpp.Wire;

namespace Edge.Tests.Xmpp.Wire;

public sealed class InternTableTests
{
    [Fact]
    public void The_same_bytes_give_the_same_text_and_others_their_own()
    {
        foreach (var text in (string[])["body", "jabber:iq:roster", "", "é", new string('x', 500)]) Assert.Equal(text, InternTable.Get(Encoding.UTF8.GetBytes(text)));
        foreach (var i in Enumerable.Range(0, 10_000)) Assert.Equal($"name{i}", InternTable.Get(Encoding.UTF8.GetBytes($"name{i}")));
    }

    [Fact]
    public void A_name_that_comes_again_costs_nothing()
    {
        InternTable.Get("urn:nf:iot:sd:1.0"u8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) InternTable.Get("urn:nf:iot:sd:1.0"u8);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100 * 16, "Others took the place each time, or it is never found.");
    }
}
