using System.Globalization;
using System.Net.Sockets;

using Edge.Mqtt;
using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>
/// Plays the scenes of <c>Scripts/</c> against the broker. In each line somebody sends (<c>&gt;</c>), hears (<c>&lt;</c>) or breaks his connection off
/// (<c>x</c>); what is heard has to be exactly that, in that order. <c>* 60 s</c> lets so much time pass for the broker.
/// </summary>
public sealed class ScriptTests
{
    public static TheoryData<string, string> Scenes => [.. Scene.All.Select(s => new TheoryDataRow<string, string>(s.File, s.Title))];

    [Theory]
    [MemberData(nameof(Scenes))]
    public async Task The_broker_plays_its_part(string file, string title)
    {
        var scene = Scene.All.Single(s => s.File == file && s.Title == title);
        using var folder = new TempFolder();
        await using var host = await BrokerHost.StartAsync(folder.Path, scene.Settings);
        var actors = new Dictionary<string, IScriptActor>();
        try
        {
            foreach (var line in scene.Lines) await PlayAsync(scene, line, host, actors);
        }
        finally
        {
            foreach (var actor in actors.Values) actor.Dispose();
        }
    }

    [Fact]
    public void Every_script_has_scenes() => Assert.True(Scene.All.Select(s => s.File).Distinct().Count() >= 18);

    private static async Task PlayAsync(Scene scene, string line, BrokerHost host, Dictionary<string, IScriptActor> actors)
    {
        var parts = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (parts[0] == "*")
        {
            await Eventually.HoldsAsync(() => host.Get<MqttBroker>().ConnectionCount == actors.Count); // who has gone is gone from now on
            host.Clock.Offset += TimeSpan.FromSeconds(int.Parse(parts[1], CultureInfo.InvariantCulture));
            return;
        }

        if (!actors.TryGetValue(parts[0], out var actor)) actors[parts[0]] = actor = await OpenAsync(host, parts[0], scene.IsV5);
        var heard = await actor.PlayAsync(parts[1], parts.ElementAtOrDefault(2) ?? "");
        Assert.True(heard is null, $"{scene.File}: {scene.Title}\n  {line}\n  but heard: {heard}");
        if (parts[1] == "x" || line.EndsWith("< closed", StringComparison.Ordinal)) actors.Remove(parts[0]);
    }

    private static async Task<IScriptActor> OpenAsync(BrokerHost host, string name, bool isV5)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", host.PlainPort);

        // alice2 is another connection of alice.
        var identity = name.TrimEnd('2');
        return isV5 ? new ScriptActorV5(client, identity, Token) : new ScriptActor(client, identity, Token());

        string Token() => host.Token(identity, "rw free/#", "r read/#", "w write/#");
    }
}
