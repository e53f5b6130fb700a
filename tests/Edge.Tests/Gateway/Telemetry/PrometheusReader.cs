using System.Globalization;
using System.Text.RegularExpressions;

namespace Edge.Tests.Gateway.Telemetry;

/// <summary>A line of an exposition: the name, its labels, the value.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>Reads the text format as strictly as a collector does: families whole and once, a type before the samples, labels quoted.</summary>
internal static partial class PrometheusReader
{
    private static readonly string[] Types = ["counter", "gauge", "summary", "histogram", "untyped"];

    public static IReadOnlyList<Sample> Read(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var samples = new List<Sample>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var family = "";
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal)) continue;
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var words = line.Split(' ');
                Assert.Equal(4, words.Length);
                Assert.Contains(words[3], Types);
                family = words[2];
                Assert.True(seen.Add(family), $"{family} comes twice");
                continue;
            }

            var sample = ReadSample(line);
            Assert.StartsWith(family, sample.Name, StringComparison.Ordinal);
            samples.Add(sample);
        }

        return samples;
    }

    private static Sample ReadSample(string line)
    {
        var match = SampleLine().Match(line);
        Assert.True(match.Success, $"'{line}' is no sample");
        var labels = Label().Matches(match.Groups["labels"].Value).ToDictionary(m => m.Groups[1].Value, m => Regex.Unescape(m.Groups[2].Value));
        return new(match.Groups["name"].Value, labels, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*",?)+)\})? (?<value>[-+0-9.eE]+)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="(([^"\\]|\\.)*)"(,|$)""")]
    private static partial Regex Label();
}
