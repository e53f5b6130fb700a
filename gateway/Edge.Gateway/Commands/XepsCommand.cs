using System.CommandLine;

using Edge.Xmpp.Modules;

namespace Edge.Gateway.Commands;

/// <summary><c>xeps</c>: the table of XMPP extensions that the modules declare, as README shows it.</summary>
internal static class XepsCommand
{
    private const string Begin = "<!-- xeps -->\n";
    private const string End = "<!-- /xeps -->";

    /// <summary>The command as the command line knows it.</summary>
    public static Command Create()
    {
        var update = new Option<FileInfo>("--update") { Description = "Writes the table into this file instead, between its xeps marks." };
        var command = new Command("xeps", "Prints the table of XMPP extensions that are served, in Markdown.") { update };
        command.SetAction(result =>
        {
            if (result.GetValue(update) is { } file) return Update(file.FullName);

            Console.Out.Write(WholeTable());
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>A text with the table in place of what stands between the marks; null where it has no marks.</summary>
    public static string? Update(string text, string table)
    {
        var start = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf(End, start, StringComparison.Ordinal);
        return end < 0 ? null : text[..(start + Begin.Length)] + table + text[end..];
    }

    /// <summary>The table with what operators look for: the section of the settings, and the store of documents.</summary>
    public static string WholeTable()
    {
        var rows = XmppModules.Table.Select(x => $"| {Title(x)} | {(IsRfc(x) ? "" : x.Version)} | {x.Module} | {x.Settings} | {x.Keeps} | {x.Note} |\n");
        return "| Specification | Version | Module | Settings | Keeps | Notes |\n|---|---|---|---|---|---|\n" + string.Concat(rows);
    }

    /// <summary>The table in Markdown, in order of number.</summary>
    public static string Table()
    {
        var rows = XmppModules.Table.Select(x => $"| {Title(x)} | {(IsRfc(x) ? "" : x.Version)} | {x.Module} | {x.Note} |\n");
        return "| Specification | Version | Module | Notes |\n|---|---|---|---|\n" + string.Concat(rows);
    }

    private static int Update(string path)
    {
        if (!File.Exists(path) || Update(File.ReadAllText(path), Table()) is not { } text)
        {
            Console.Error.WriteLine($"{path}: there is no table between {Begin.Trim()} and {End}.");
            return ExitCode.WrongConfiguration;
        }

        File.WriteAllText(path, text);
        return ExitCode.Ok;
    }

    private static bool IsRfc(XepEntry entry) => entry.Number == 0;

    private static string Title(XepEntry entry) => IsRfc(entry)
        ? $"[{entry.Version}](https://www.rfc-editor.org/rfc/{entry.Version.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant()})"
        : $"[XEP-{entry.Number:0000}](https://xmpp.org/extensions/xep-{entry.Number:0000}.html)";
}
