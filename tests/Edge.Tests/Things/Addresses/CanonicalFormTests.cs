using Edge.Things.Addresses;

namespace Edge.Tests.Things.Addresses;

public sealed class CanonicalFormTests
{
    // Examples of Unicode Standard Annex 15, figures 3 to 6, and of its conformance test.
    [Theory]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u2126", "\u03A9")]
    [InlineData("A\u030A", "\u00C5")]
    [InlineData("s\u0323\u0307", "\u1E69")]
    [InlineData("s\u0307\u0323", "\u1E69")]
    [InlineData("\u1E0B\u0323", "\u1E0D\u0307")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("\uFB01", "\uFB01")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01")]
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("a\u0315\u0300\u05AE\u0300b", "\u00E0\u05AE\u0300\u0315b")]
    public void Text_is_composed(string text, string form) => Assert.Equal(form, Compose(text));

    [Fact]
    public void What_does_not_fit_one_char_is_composed_too() => Assert.Equal("\U0001109A", Compose("\U00011099\U000110BA"));

    private static string Compose(string text) => CodePoints.ToText(CanonicalForm.Compose(CodePoints.Of(text)!));
}
