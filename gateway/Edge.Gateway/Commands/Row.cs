namespace Edge.Gateway.Commands;

/// <summary>A line of what a command lists, for people and for programs: cells between tabs.</summary>
internal static class Row
{
    /// <summary>Prints one.</summary>
    public static void Write(params string[] cells) => Console.Out.WriteLine(Of(cells));

    /// <summary>The line. What strangers choose, such as client identifiers, neither ends it nor begins a cell, nor speaks to the terminal.</summary>
    public static string Of(params string[] cells) => string.Join('\t', cells.Select(Cell));

    private static string Cell(string text) => string.Concat(text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
}
