using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Edge.Gateway.Telemetry;

/// <summary>The text exposition format of Prometheus, version 0.0.4: <c># HELP</c>, <c># TYPE</c>, and a line for each set of tags.</summary>
internal static class PrometheusText
{
    /// <summary>What the answer is.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes every instrument that has been counted.</summary>
    public static string Write(IEnumerable<(Instrument Instrument, IReadOnlyList<MetricSeries> Series)> instruments)
    {
        var text = new StringBuilder();
        foreach (var group in instruments.GroupBy(i => Name(i.Instrument)))
        {
            // Two instruments of one name would be two families, which readers refuse: they are one.
            var first = group.First().Instrument;
            var type = Type(first);
            if (first.Description is { Length: > 0 } help) text.Append("# HELP ").Append(group.Key).Append(' ').Append(Escape(help, isLabel: false)).Append('\n');
            text.Append("# TYPE ").Append(group.Key).Append(' ').Append(type).Append('\n');
            foreach (var series in group.SelectMany(i => i.Series)) Append(text, group.Key, type, series);
        }

        return text.ToString();
    }

    /// <summary>The tags as labels; empty for none.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";

        var text = new StringBuilder("{");
        foreach (var (key, value) in tags)
        {
            if (text.Length > 1) text.Append(',');
            text.Append(Clean(key)).Append("=\"").Append(Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", isLabel: true)).Append('"');
        }

        return text.Append('}').ToString();
    }

    /// <summary>True for an instrument that is told its value, not a change of it.</summary>
    public static bool IsGauge(Instrument instrument) => KindOf(instrument).StartsWith("Gauge", StringComparison.Ordinal);

    /// <summary><c>edge.mqtt.messages.sent</c> → <c>edge_mqtt_messages_sent_total</c>; a unit of the base units is part of the name.</summary>
    public static string Name(Instrument instrument)
    {
        var name = Clean(instrument.Name);
        var unit = instrument.Unit switch { "By" => "_bytes", "s" => "_seconds", _ => "" };
        if (!name.EndsWith(unit, StringComparison.Ordinal)) name += unit;
        return Type(instrument) == "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static void Append(StringBuilder text, string name, string type, MetricSeries series)
    {
        var (value, count) = series.Read();
        if (type != "summary")
        {
            Line(name, value);
            return;
        }

        Line(name + "_sum", value);
        Line(name + "_count", count);

        void Line(string of, double number) => text.Append(of).Append(series.Labels).Append(' ').Append(Number(number)).Append('\n');
    }

    private static string Type(Instrument instrument) => KindOf(instrument) switch
    {
        var k when k.StartsWith("Counter", StringComparison.Ordinal) || k.StartsWith("ObservableCounter", StringComparison.Ordinal) => "counter",
        var k when k.StartsWith("Histogram", StringComparison.Ordinal) => "summary",
        _ => "gauge",
    };

    private static string KindOf(Instrument instrument) => instrument.GetType().Name;

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Clean(string name)
    {
        var text = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));
        return text.Length == 0 || char.IsAsciiDigit(text[0]) ? "_" + text : text;
    }

    private static string Escape(string text, bool isLabel)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return isLabel ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
