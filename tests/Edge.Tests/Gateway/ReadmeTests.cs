using Edge.Gateway.Commands;
using Edge.TestKit;

namespace Edge.Tests.Gateway;

public sealed class ReadmeTests
{
    [Fact]
    public void The_table_of_xmpp_extensions_is_what_the_modules_declare()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var table = readme.Split("<!-- xeps -->\n")[1].Split("<!-- /xeps -->")[0];

        Assert.Equal(XepsCommand.Table(), table);
    }
}
