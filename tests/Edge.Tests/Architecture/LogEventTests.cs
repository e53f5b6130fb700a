using Mono.Cecil;

namespace Edge.Tests.Architecture;

/// <summary>Log events can be searched for by number, in every version.</summary>
public sealed class LogEventTests
{
    // The ranges; a new project takes the next free thousand.
    private static readonly Dictionary<string, (int From, int To)> Ranges = new()
    {
        ["Edge.Storage"] = (1000, 1099),
        ["Edge.Identity"] = (1100, 1199),
        ["Edge.Transport"] = (1200, 1299),
        ["Edge.Mqtt"] = (2000, 2999),
        ["Edge.Xmpp"] = (3000, 3999),
        ["Edge.Things"] = (4000, 4999),
        ["Edge.FieldBus"] = (5000, 5999),
        ["Edge.Portal"] = (6000, 6999),
        ["Edge.Gateway"] = (7000, 7999),
        ["SensorNode.Virtual"] = (8000, 8999),
    };

    private static readonly List<(int Id, string Assembly, string Method)> Events =
    [
        .. from assembly in CompiledCode.Assemblies
           from type in CompiledCode.TypesOf(assembly)
           from method in type.Methods
           from attribute in method.CustomAttributes
           where attribute.AttributeType.Name == "LoggerMessageAttribute"
           select (IdOf(attribute), assembly.Name.Name, $"{type.FullName}.{method.Name}"),
    ];

    [Fact]
    public void No_two_log_events_share_a_number()
    {
        Assert.NotEmpty(Events);
        Breaches.None(Events.GroupBy(e => e.Id).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(", ", same.Select(e => e.Method))}"));
    }

    [Fact]
    public void Every_log_event_has_a_number_of_its_project() =>
        Breaches.None(Events.Where(e => !Ranges.TryGetValue(e.Assembly, out var range) || e.Id < range.From || e.Id > range.To).Select(e => $"{e.Id}: {e.Method}"));

    private static int IdOf(CustomAttribute attribute) =>
        attribute.Properties.Where(p => p.Name == "EventId").Select(p => (int)p.Argument.Value)
            .Concat(attribute.ConstructorArguments.Where(a => a.Type.Name == nameof(Int32)).Select(a => (int)a.Value))
            .FirstOrDefault();
}
