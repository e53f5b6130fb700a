using Edge.Things.Addresses;

namespace Edge.Tests.Things.Addresses;

/// <summary>OpaqueString (RFC 8265 §4.2), where SASLprep (RFC 4013) agrees.</summary>
public sealed class PasswordTextTests
{
    [Theory]
    [InlineData("correct horse", "correct horse")]
    [InlineData("~ !\"#$%&'()", "~ !\"#$%&'()")]
    [InlineData("Gr\u00fc\u00dfe, Z\u00fcrich", "Gr\u00fc\u00dfe, Z\u00fcrich")]
    [InlineData("cafe\u0301 au lait", "caf\u00e9 au lait")] // form C
    [InlineData("non\u00a0breaking\u3000space", "non breaking space")]
    [InlineData("\u03c3\u03c5\u03bd\u03b8\u03b7\u03bc\u03b1\u03c4\u03b9\u03ba\u03cc", "\u03c3\u03c5\u03bd\u03b8\u03b7\u03bc\u03b1\u03c4\u03b9\u03ba\u03cc")]
    [InlineData("\u5bc6\u7801\u5bc6\u7801 20 \u20ac", "\u5bc6\u7801\u5bc6\u7801 20 \u20ac")]
    [InlineData("\u05e1\u05d9\u05e1\u05de\u05d4 123 \u05d0\u05d7\u05ea", "\u05e1\u05d9\u05e1\u05de\u05d4 123 \u05d0\u05d7\u05ea")]
    public void What_all_clients_write_in_one_way_is_taken_in_one_form(string typed, string form)
    {
        Assert.Equal(form, PasswordText.Prepare(typed));
        Assert.Equal(form, PasswordText.Normalize(typed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a tab\there")]
    [InlineData("a bell\u0007")]
    [InlineData("soft\u00adhyphen")]
    [InlineData("zero\u200bwidth")]
    [InlineData("\ufefffile")]
    [InlineData("one \u00bd half")] // SASLprep: 1/2
    [InlineData("wa\ufb04e")] // ffl
    [InlineData("trade\u2122mark")]
    [InlineData("and so on\u2026")]
    [InlineData("\uff50\uff41\uff53\uff53")]
    [InlineData("smile \U0001f600")] // not in Unicode 3.2
    [InlineData("capital \u1e9e")]
    [InlineData("\u05e1\u05d9\u05e1\u05de\u05d4 123")] // RFC 3454 section 6
    [InlineData("mixed \u05e1\u05d9\u05e1\u05de\u05d4")]
    [InlineData("replaced \ufffd")]
    [InlineData("soft \u1806 hyphen")] // RFC 3454 table B.1
    [InlineData("\u0915\u094d\u200d\u0937")]
    public void What_clients_write_in_different_ways_is_not(string typed) => Assert.Null(PasswordText.Prepare(typed));

    [Fact]
    public void Half_a_surrogate_pair_is_no_text() => Assert.Null(PasswordText.Prepare("half " + (char)0xd83d));

    [Fact]
    public void What_is_refused_is_checked_as_it_is() => Assert.Equal("a bell\u0007 \u00e9", PasswordText.Normalize("a bell\u0007 \u00e9"));
}
