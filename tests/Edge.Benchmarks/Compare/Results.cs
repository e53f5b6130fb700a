using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Edge.Benchmarks.Compare;

/// <summary>Everything measured; a table of the medians, or every value as JSON.</summary>
/// <param name="variant">What tells the trials of one load apart: the heading of its column.</param>
internal sealed class Results(string variant)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly OrderedDictionary<Row, Dictionary<string, List<double>>> _rows = [];

    /// <summary>Keeps what a round brought.</summary>
    public void Add(Trial trial, string server, IReadOnlyList<Figure> figures)
    {
        foreach (var figure in figures)
        {
            var row = new Row(trial.Title, trial.Variant, figure.Metric);
            if (!_rows.TryGetValue(row, out var values)) _rows[row] = values = [];
            if (!values.TryGetValue(server, out var list)) values[server] = list = [];
            list.Add(figure.Value);
        }
    }

    /// <summary>The medians as a Markdown table; and ratios to <paramref name="references"/> where those were measured.</summary>
    public string Table(IReadOnlyList<string> servers, params string[] references)
    {
        var compared = references.Where(servers.Contains).SelectMany(r => servers.Except(references).Select(s => (Server: s, Reference: r))).ToList();
        var table = new StringBuilder();
        Line(table, ["mode", variant, "what", .. servers, .. compared.Select(c => $"{c.Server} ÷ {c.Reference}")]);
        Line(table, ["---", "---", "---", .. servers.Select(_ => "--:"), .. compared.Select(_ => "--:")]);
        foreach (var (row, values) in _rows)
        {
            var medians = values.ToDictionary(v => v.Key, v => Median(v.Value));
            Line(table, [row.Mode, row.Variant, row.Metric.Name,
                .. servers.Select(s => medians.TryGetValue(s, out var m) ? m.ToString(row.Metric.Format, CultureInfo.InvariantCulture) : ""),
                .. compared.Select(c => Ratio(medians, c.Server, c.Reference))]);
        }

        return table.ToString();
    }

    /// <summary>Every value of every round.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        _rows.Select(r => new { mode = r.Key.Mode, variant = r.Key.Variant, metric = r.Key.Metric.Name, rounds = r.Value }), Indented);

    private static void Line(StringBuilder table, IEnumerable<string> cells) => table.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Ratio(Dictionary<string, double> medians, string server, string reference) =>
        medians.TryGetValue(server, out var ours) && medians.TryGetValue(reference, out var theirs) && theirs != 0
            ? (ours / theirs).ToString("N2", CultureInfo.InvariantCulture)
            : "";

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private sealed record Row(string Mode, string Variant, Metric Metric);
}
