using Edge.Things.Addresses;

namespace Edge.Tests.Things.Addresses;

/// <summary>Samples of RFC 3492 §7.1.</summary>
public sealed class PunycodeTests
{
    [Theory]
    [InlineData("\u0644\u064A\u0647\u0645\u0627\u0628\u062A\u0643\u0644\u0645\u0648\u0634\u0639\u0631\u0628\u064A\u061F", "egbpdaj6bu4bxfgehfvwxn")]
    [InlineData("\u4ED6\u4EEC\u4E3A\u4EC0\u4E48\u4E0D\u8BF4\u4E2D\u6587", "ihqwcrb4cv8a8dqg056pqjye")]
    [InlineData("Pro\u010Dprost\u011Bnemluv\u00ED\u010Desky", "Proprostnemluvesky-uyb24dma41a")]
    [InlineData("\u5B89\u5BA4\u5948\u7F8E\u6075-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n")]
    [InlineData("b\u00FCcher", "bcher-kva")]
    public void Letters_become_ascii_and_come_back(string text, string ascii)
    {
        Assert.Equal(ascii, Punycode.Encode(CodePoints.Of(text)!));
        Assert.Equal(text, CodePoints.ToText(Punycode.Decode(ascii)!));
    }

    [Theory]
    [InlineData("99999999")]
    [InlineData("kv!")]
    [InlineData("zzzzzzzzzzzzzzzzzzzz")]
    public void What_is_no_punycode_is_refused(string ascii) => Assert.Null(Punycode.Decode(ascii));
}
