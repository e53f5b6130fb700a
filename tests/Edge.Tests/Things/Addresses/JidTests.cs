using Edge.Things;

namespace Edge.Tests.Things.Addresses;

/// <summary>RFC 7622 with the profiles of RFC 8265 and the labels of IDNA2008.</summary>
public sealed class JidTests
{
    [Theory]
    // RFC 7622 §3.5, table 1.
    [InlineData("juliet@example.com", "juliet@example.com")]
    [InlineData("juliet@example.com/foo", "juliet@example.com/foo")]
    [InlineData("juliet@example.com/foo bar", "juliet@example.com/foo bar")]
    [InlineData("juliet@example.com/foo@bar", "juliet@example.com/foo@bar")]
    [InlineData("foo\\20bar@example.com", "foo\\20bar@example.com")]
    [InlineData("fussball@example.com", "fussball@example.com")]
    [InlineData("fu\u00DFball@example.com", "fu\u00DFball@example.com")]
    [InlineData("\u03C0@example.com", "\u03C0@example.com")]
    [InlineData("\u03A3@example.com/foo", "\u03C3@example.com/foo")]
    [InlineData("\u03C3@example.com/foo", "\u03C3@example.com/foo")]
    [InlineData("\u03C2@example.com/foo", "\u03C2@example.com/foo")]
    [InlineData("king@example.com/\u265A", "king@example.com/\u265A")]
    [InlineData("example.com", "example.com")]
    [InlineData("example.com/foobar", "example.com/foobar")]
    [InlineData("a.example.com/b@example.net", "a.example.com/b@example.net")]
    // Case, width, normalization and the dot of the root.
    [InlineData("Juliet@Example.COM./Balcony", "juliet@example.com/Balcony")]
    [InlineData("\uFF2A\uFF35\uFF2C\uFF29\uFF25\uFF34@example.com", "juliet@example.com")]
    [InlineData("E\u0301lise@example.com", "\u00E9lise@example.com")]
    [InlineData("\u0130stanbul@example.com", "i\u0307stanbul@example.com")]
    [InlineData("\uD55C@example.com", "\uD55C@example.com")]
    [InlineData("x@example.com/a\u00A0b", "x@example.com/a b")]
    [InlineData("x@example.com/e\u0301", "x@example.com/\u00E9")]
    [InlineData("x@example.com/\u2163", "x@example.com/\u2163")]
    [InlineData("x@example.com/\uFF21", "x@example.com/\uFF21")]
    // IDNA2008: the letters themselves, whichever way they come.
    [InlineData("x@B\u00FCcher.example", "x@b\u00FCcher.example")]
    [InlineData("x@xn--bcher-kva.example", "x@b\u00FCcher.example")]
    [InlineData("x@XN--BCHER-KVA.example", "x@b\u00FCcher.example")]
    [InlineData("x@stra\u00DFe.example", "x@stra\u00DFe.example")]
    [InlineData("x@\u4F8B\u3048\u3002\u30C6\u30B9\u30C8", "x@\u4F8B\u3048.\u30C6\u30B9\u30C8")]
    [InlineData("x@\u05D0\u05D1.\u05D2", "x@\u05D0\u05D1.\u05D2")]
    [InlineData("x@192.0.2.7", "x@192.0.2.7")]
    [InlineData("x@[2001:DB8::1]/r", "x@[2001:db8::1]/r")]
    [InlineData("x@col\u00B7lecci\u00F3.example", "x@col\u00B7lecci\u00F3.example")]
    [InlineData("\u0627\u0644\u0639@example.com", "\u0627\u0644\u0639@example.com")]
    public void An_address_has_one_form(string text, string form)
    {
        var jid = Jid.Parse(text);

        Assert.Equal(form, jid.ToString());
        Assert.Equal(jid, Jid.Parse(jid.ToString()));
    }

    [Theory]
    // RFC 7622 §3.5, table 2.
    [InlineData("\"juliet\"@example.com")]
    [InlineData("foo bar@example.com")]
    [InlineData("juliet@example.com/ foo")]
    [InlineData("@example.com/")]
    [InlineData("henry\u2163@example.com")]
    [InlineData("\u265A@example.com")]
    [InlineData("juliet@")]
    [InlineData("/foobar")]
    // What must not be there.
    [InlineData("")]
    [InlineData("juliet@example.com/")]
    [InlineData("a@b@example.com")]
    [InlineData("tab\t@example.com")]
    [InlineData("juliet@exa mple.com")]
    [InlineData("juliet@example..com")]
    [InlineData("juliet@-example.com")]
    [InlineData("juliet@example.com/a\u0000b")]
    [InlineData("juliet@example.com/a\u007F")]
    [InlineData("juliet@[2001:db8::1")]
    [InlineData("juliet@[fe80::1%eth0]")]
    // Width does not hide a forbidden character.
    [InlineData("a\uFF20b@example.com")]
    [InlineData("a\uFF0Fb@example.com")]
    // Not of the class, unassigned, ignorable, Hangul in parts (RFC 8264 §9.9).
    [InlineData("\u1112\u1161\u11AB@example.com")]
    [InlineData("a\u2028b@example.com")]
    [InlineData("a\u00ADb@example.com")]
    [InlineData("a\u200Bb@example.com")]
    [InlineData("a\u0378b@example.com")]
    [InlineData("x@example.com/\u00AD")]
    [InlineData("x@example.com/\uFDD0")]
    // Joiners outside of their context, digits of two scripts.
    [InlineData("a\u200Db@example.com")]
    [InlineData("\u0627\u0660\u06F0@example.com")]
    // Text that runs both ways.
    [InlineData("\u0627a@example.com")]
    [InlineData("x@\u05D0a.example")]
    [InlineData("x@1\u05D0.example")]
    // Labels: another spelling of one, none at all, a mark first, hyphens in third and fourth place.
    [InlineData("x@xn--bcher-kvb0.example")]
    [InlineData("x@xn--.example")]
    [InlineData("x@xn--a.example")]
    [InlineData("x@\u0301a.example")]
    [InlineData("x@ab--\u00FC.example")]
    [InlineData("x@\u2665.example")]
    public void What_is_no_address_is_refused(string text)
    {
        Assert.False(Jid.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Jid.Parse(text));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_text() // an attribute could not hold it
    {
        foreach (var text in new[] { "a\uD800b@example.com", "x@example.com/\uD800", "x@\uDC00.example" }) Assert.False(Jid.TryParse(text, out _));
    }

    [Fact]
    public void A_virama_lets_a_joiner_be() =>
        Assert.Equal("\u0915\u094D\u200D\u0937@example.com", Jid.Parse("\u0915\u094D\u200D\u0937@example.com").ToString());

    [Theory]
    [InlineData('a', 1023, true)]
    [InlineData('a', 1024, false)]
    [InlineData('\u00E9', 511, true)]
    [InlineData('\u00E9', 512, false)]
    public void A_part_has_up_to_1023_bytes(char letter, int count, bool isAddress)
    {
        Assert.Equal(isAddress, Jid.TryParse($"{new string(letter, count)}@example.com", out _));
        Assert.Equal(isAddress, Jid.TryParse($"x@example.com/{new string(letter, count)}", out _));
    }

    [Fact]
    public void A_label_has_up_to_63_bytes_in_ascii()
    {
        Assert.True(Jid.TryParse($"x@{new string('a', 63)}.example", out _));
        Assert.False(Jid.TryParse($"x@{new string('a', 64)}.example", out _));
        Assert.False(Jid.TryParse($"x@{new string('\u00FC', 63)}.example", out _));
    }

    [Fact]
    public void Whatever_comes_is_an_address_in_one_form_or_refused()
    {
        var random = new Random(7622);
        int[] interesting = [0x41, 0xAD, 0xB7, 0xDF, 0x130, 0x345, 0x3A3, 0x5D0, 0x627, 0x660, 0x6F0, 0x94D, 0x1100, 0x1161, 0x11A8, 0x200D, 0x212B, 0x3002, 0x30FB, 0xAC00, 0xD800, 0xDC00, 0xFF21, 0xFFFF];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(5) switch
            {
                0 => "@/.-["[random.Next(5)],
                1 => (char)random.Next(0x20, 0x7F),
                2 => (char)interesting[random.Next(interesting.Length)],
                3 => (char)random.Next(0x80, 0x800),
                _ => (char)random.Next(0x10000),
            }));
            if (Jid.TryParse(text, out var jid)) Assert.Equal(jid, Jid.Parse(jid.ToString()));
        }
    }

    [Fact]
    public void An_address_of_ascii_costs_its_parts_and_itself_only()
    {
        Jid.Parse("juliet@example.com/balcony");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Assert.True(Jid.TryParse("juliet@example.com/balcony", out _));

        // Three strings and the record: 40 to 48 bytes each.
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before <= 100 * 176);
    }
}
