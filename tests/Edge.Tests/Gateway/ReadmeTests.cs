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

        Assert.Equal(XepsCommand.Table(), table); // dotnet run --project gateway/Edge.Gateway -- xeps --update README.md
    }

    [Fact]
    public void The_table_is_put_between_its_marks_and_nothing_else_changes()
    {
        Assert.Equal("a\n<!-- xeps -->\nnew\n<!-- /xeps -->\nb", XepsCommand.Update("a\n<!-- xeps -->\nold\nold\n<!-- /xeps -->\nb", "new\n"));
        Assert.Null(XepsCommand.Update("a\n<!-- xeps -->\n", "new\n"));
        Assert.Null(XepsCommand.Update("<!-- /xeps -->", "new\n"));
    }
}
