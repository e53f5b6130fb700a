using System.CommandLine;

using Edge.Xmpp.Modules;

namespace Edge.Gateway.Commands;

/// <summary><c>xeps</c>: the table of XMPP extensions that the modules declare, as README shows it.</summary>
internal static class XepsCommand
{
    /// <summary>The command as the command line knows it.</summary>
    public static Command Create()
    {
        var command = new Command("xeps", "Prints the table of XMPP extensions that are served, in Markdown.");
        command.SetAction(_ => Console.Out.Write(Table()));
        return command;
    }

    /// <summary>The table in Markdown, in order of number.</summary>
    public static string Table()
    {
        var rows = XmppModules.Table.OrderBy(x => x.Number).Select(x => $"| {Title(x)} | {x.Version} | {x.Note} |\n");
        return "| Specification | Version | Notes |\n|---|---|---|\n" + string.Concat(rows);
    }

    private static string Title(XepEntry entry) => $"[XEP-{entry.Number:0000}](https://xmpp.org/extensions/xep-{entry.Number:0000}.html)";
}
