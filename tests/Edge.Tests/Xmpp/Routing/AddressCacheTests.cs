using System.Text;

using Edge.Xmpp.Routing;

namespace Edge.Tests.Xmpp.Routing;

public sealed class AddressCacheTests
{
    [Fact]
    public void Addresses_that_share_a_place_are_kept_apart()
    {
        var cache = new AddressCache();
        // More than there are places, twice in turn: each displaces others.
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 100; i++) Assert.Equal($"user{i}@edge.local/x", Read(cache, $"User{i}@edge.local/x"));
        }
    }

    [Fact]
    public void A_known_address_is_not_read_again()
    {
        var cache = new AddressCache();
        Assert.True(cache.TryRead("juliet@edge.local"u8, out var first));
        Assert.True(cache.TryRead("juliet@edge.local"u8, out var second));
        Assert.Same(first, second);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a@@b")]
    public void What_is_no_address_is_none_and_leaves_the_others(string text)
    {
        var cache = new AddressCache();
        Assert.True(cache.TryRead("juliet@edge.local"u8, out _));
        Assert.Null(Read(cache, text));
        Assert.Equal("juliet@edge.local", Read(cache, "juliet@edge.local"));
    }

    [Fact]
    public void A_long_address_is_read_and_not_kept()
    {
        var (cache, text) = (new AddressCache(), $"juliet@edge.local/{new string('x', 300)}");
        Assert.True(cache.TryRead(Encoding.UTF8.GetBytes(text), out var first));
        Assert.True(cache.TryRead(Encoding.UTF8.GetBytes(text), out var second));
        Assert.Equal(text, first.ToString());
        Assert.NotSame(first, second);
    }

    private static string? Read(AddressCache cache, string text) => cache.TryRead(Encoding.UTF8.GetBytes(text), out var jid) ? jid.ToString() : null;
}
