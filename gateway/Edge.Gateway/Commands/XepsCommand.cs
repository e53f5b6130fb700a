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
        var rows = XmppModules.Table.Select(x => $"| {Title(x)} | {(IsRfc(x) ? "" : x.Version)} | {x.Module} | {x.Note} |\n");
        return "| Specification | Version | Module | Notes |\n|---|---|---|---|\n" + string.Concat(rows);
    }

    private static bool IsRfc(XepEntry entry) => entry.Number == 0;

    private static string Title(XepEntry entry) => IsRfc(entry)
        ? $"[{entry.Version}](https://www.rfc-editor.org/rfc/{entry.Version.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant()})"
        : $"[XEP-{entry.Number:0000}](https://xmpp.org/extensions/xep-{entry.Number:0000}.html)";
}
