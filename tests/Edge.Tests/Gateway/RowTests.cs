using Edge.Gateway.Commands;

namespace Edge.Tests.Gateway;

public sealed class RowTests
{
    [Theory]
    [InlineData("phone", "phone")]
    [InlineData("a\tb", "a b")]
    [InlineData("a\r\nb", "a b")]
    [InlineData("a\nforged\u001b[2J", "a forged [2J")]
    [InlineData("a\u0085b\u2028c", "a b c")]
    public void What_strangers_choose_stays_in_its_cell(string text, string shown) => Assert.Equal($"1\t{shown}\t2", Row.Of("1", text, "2"));
}
