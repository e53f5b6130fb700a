using System.Globalization;
using System.Text;
using System.Text.Json;

using Edge.Benchmarks.Mqtt.Modes;
using Edge.Benchmarks.Mqtt.Servers;

namespace Edge.Benchmarks.Mqtt;

/// <summary>Everything measured; a table of the medians, or every value as JSON.</summary>
internal sealed class Results
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly OrderedDictionary<Row, Dictionary<string, List<double>>> _rows = [];

    /// <summary>A protocol level as people call it.</summary>
    public static string VersionName(int version) => version == 5 ? "5.0" : "3.1.1";

    /// <summary>Keeps what a round brought.</summary>
    public void Add(IMode mode, int version, IServerKind server, IReadOnlyList<Figure> figures)
    {
        foreach (var figure in figures)
        {
            var row = new Row(mode.Title, version, figure.Metric);
            if (!_rows.TryGetValue(row, out var values)) _rows[row] = values = [];
            if (!values.TryGetValue(server.Name, out var list)) values[server.Name] = list = [];
            list.Add(figure.Value);
        }
    }

    /// <summary>The medians as a Markdown table; each server's ratio to <paramref name="reference"/> where that was measured.</summary>
    public string Table(IReadOnlyList<string> servers, string reference)
    {
        var compared = servers.Contains(reference) ? servers.Where(s => s != reference).ToList() : [];
        var table = new StringBuilder();
        Line(table, ["mode", "MQTT", "what", .. servers, .. compared.Select(s => $"{s} ÷ {reference}")]);
        Line(table, ["---", "---", "---", .. servers.Select(_ => "--:"), .. compared.Select(_ => "--:")]);
        foreach (var (row, values) in _rows)
        {
            var medians = values.ToDictionary(v => v.Key, v => Median(v.Value));
            Line(table, [row.Mode, VersionName(row.Version), row.Metric.Name,
                .. servers.Select(s => medians.TryGetValue(s, out var m) ? m.ToString(row.Metric.Format, CultureInfo.InvariantCulture) : ""),
                .. compared.Select(s => Ratio(medians, s, reference))]);
        }

        return table.ToString();
    }

    /// <summary>Every value of every round.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        _rows.Select(r => new { mode = r.Key.Mode, mqtt = VersionName(r.Key.Version), metric = r.Key.Metric.Name, rounds = r.Value }), Indented);

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

    private sealed record Row(string Mode, int Version, Metric Metric);
}
