using System.Text.RegularExpressions;

using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>Every normative statement of MQTT 5.0 is asked for by somebody (<c>rules-5.0.txt</c>).</summary>
public sealed partial class RulesTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Mqtt", "rules-5.0.txt"));

    [Fact]
    public void Every_statement_is_in_a_scene_or_in_the_list_and_nothing_else_is()
    {
        var asked = Scene.All.Where(s => s.IsV5).SelectMany(s => InTitle().Matches(s.Title)).Select(m => m.Groups[1].Value)
            .Concat(Lines.Where(l => !l.StartsWith(Counts, StringComparison.Ordinal)).SelectMany(l => Number().Matches(l)).Select(m => m.Value));

        Assert.Equal(Statements().Order(StringComparer.Ordinal), asked.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_class_that_the_list_names_is_there()
    {
        var classes = Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet();

        Assert.All(Lines.Where(l => AtStart().IsMatch(l)), l => Assert.Contains(l.Split(' ')[1], classes));
    }

    private const string Counts = "how many there are:";

    // 3.1.2:30 is 3.1.2-1 to 3.1.2-30; 2.2.1:2-6 begins with the second.
    private static IEnumerable<string> Statements() =>
        from line in Lines
        where line.StartsWith(Counts, StringComparison.Ordinal)
        from word in line[Counts.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let section = word.Split(':')[0]
        let range = word.Split(':')[1].Split('-').Select(int.Parse).ToArray()
        let first = range.Length == 2 ? range[0] : 1
        from number in Enumerable.Range(first, range[^1] - first + 1)
        select $"{section}-{number}";

    [GeneratedRegex(@"\[MQTT-([0-9.]+-[0-9]+)\]")]
    private static partial Regex InTitle();

    [GeneratedRegex("[0-9]+[.][0-9]+[.][0-9]+-[0-9]+")]
    private static partial Regex Number();

    [GeneratedRegex("^[0-9.]+-[0-9]+ ")]
    private static partial Regex AtStart();
}
