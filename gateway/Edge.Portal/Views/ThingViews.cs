using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Readings;
using Edge.Things.Registry;
using Microsoft.Extensions.Options;

namespace Edge.Portal.Views;

/// <summary>Puts together what an owner sees of his things: registry, concentrator and last readings. Never another's things.</summary>
internal sealed class ThingViews(
    IThingRegistry registry, IConcentrator concentrator, ILatestReadings readings, IOptions<PortalOptions> options, TimeProvider clock)
{
    /// <summary>The owner's things, by name.</summary>
    public IReadOnlyList<ThingView> Of(Jid owner) => [.. registry.OwnedBy(owner).Select(View)];

    /// <summary>The owner's thing of this key, or null.</summary>
    public ThingView? Find(Jid owner, string? key) =>
        registry.OwnedBy(owner).FirstOrDefault(t => KeyOf(t.Id) == key) is { } thing ? View(thing) : null;

    /// <summary>The thing's key in addresses and forms.</summary>
    public string KeyOf(ThingId id) => ThingKey.Of(id, concentrator.Address);

    private ThingView View(Thing thing)
    {
        var isOurs = thing.Id.Jid == concentrator.Address && !thing.Id.Node.IsNone;
        var node = isOurs ? concentrator.Find(thing.Id.Node) : null;
        var last = readings.Of(thing.Id);
        return new(KeyOf(thing.Id), thing, node?.State, Fields(node, last), Parameters(node, last))
        {
            StateWords = isOurs ? Words.State(node?.State) : "",
        };
    }

    private List<FieldView> Fields(Node? node, IReadOnlyList<Reading> last)
    {
        var names = (node?.Fields.Select(f => f.Name) ?? []).Concat(last.Select(r => r.Field)).Distinct(StringComparer.Ordinal);
        var isSilent = node is null or { State: NodeState.Offline };
        return [.. names.Select(name => Field(name, last.FirstOrDefault(r => r.Field == name), isSilent))];
    }

    private FieldView Field(string name, Reading? reading, bool isSilent)
    {
        var label = Words.Label(name);
        if (reading is null) return new(name, label, "–", Freshness.None, "no value yet");

        var age = clock.GetUtcNow() - reading.At;
        if (reading.Value is not { } value) return new(name, label, "–", Freshness.None, $"no value: {WhyNone(reading)}");

        var isLate = isSilent || reading.Quality.HasFlag(Quality.Warning) || age > TimeSpan.FromSeconds(options.Value.LateAfterSeconds);
        var words = $"{(isLate ? "late" : "fresh")}, {Words.Ago(age)}{Remark(reading)}";
        return new(name, label, Words.Value(value, reading.Unit), isLate ? Freshness.Late : Freshness.Fresh, words);
    }

    private static string WhyNone(Reading reading) => reading.Text
        ?? (reading.Quality.HasFlag(Quality.Error) ? "reading it failed" : "the thing gave none");

    private static string Remark(Reading reading)
    {
        var estimated = (reading.Quality & (Quality.AutomaticEstimate | Quality.ManualEstimate)) != 0 ? ", estimated" : "";
        return estimated + (reading.Text is { Length: > 0 } text ? $", {text}" : "");
    }

    private static List<ControlView> Parameters(Node? node, IReadOnlyList<Reading> last) =>
        [.. (node?.Parameters ?? []).Select(p =>
            new ControlView(p, Words.Label(p.Name), last.FirstOrDefault(r => r.Field == p.Name)?.Value))];
}
