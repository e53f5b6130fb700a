using System.Net.Sockets;

using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>
/// Plays the scenes of <c>Scripts/</c> against the broker. A scene begins with <c>== its title</c>. In each line somebody sends (<c>&gt;</c>),
/// hears (<c>&lt;</c>) or breaks his connection off (<c>x</c>); what is heard has to be exactly that, in that order.
/// </summary>
public sealed class ScriptTests
{
    public static TheoryData<string, string> Scenes => [.. ReadScenes().Select(s => new TheoryDataRow<string, string>(s.File, s.Title))];

    [Theory]
    [MemberData(nameof(Scenes))]
    public async Task The_broker_plays_its_part(string file, string title)
    {
        var lines = ReadScenes().Single(s => s.File == file && s.Title == title).Lines;
        using var folder = new TempFolder();
        await using var host = await BrokerHost.StartAsync(folder.Path);
        var actors = new Dictionary<string, ScriptActor>();
        try
        {
            foreach (var line in lines)
            {
                var parts = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
                if (!actors.TryGetValue(parts[0], out var actor)) actors[parts[0]] = actor = await OpenAsync(host, parts[0]);
                var heard = await actor.PlayAsync(parts[1], parts.ElementAtOrDefault(2) ?? "");
                Assert.True(heard is null, $"{file}: {title}\n  {line}\n  but heard: {heard}");
                if (parts[1] == "x" || line.EndsWith("< closed", StringComparison.Ordinal)) actors.Remove(parts[0]);
            }
        }
        finally
        {
            foreach (var actor in actors.Values) actor.Dispose();
        }
    }

    [Fact]
    public void Every_script_has_scenes() => Assert.True(ReadScenes().Select(s => s.File).Distinct().Count() >= 5);

    private static async Task<ScriptActor> OpenAsync(BrokerHost host, string name)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", host.PlainPort);

        // alice2 is another connection of alice.
        var identity = name.TrimEnd('2');
        return new(client, identity, host.Token(identity, "rw free/#", "r read/#", "w write/#"));
    }

    private static IEnumerable<(string File, string Title, string[] Lines)> ReadScenes() =>
        from path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Mqtt", "Scripts"), "*.txt").Order()
        from scene in File.ReadAllText(path).Split("\n== ").Skip(1)
        let lines = scene.Split('\n').Select(l => l.Trim()).ToArray()
        select (Path.GetFileNameWithoutExtension(path), lines[0], lines.Skip(1).Where(l => l.Length > 0 && l[0] != '#').ToArray());
}
