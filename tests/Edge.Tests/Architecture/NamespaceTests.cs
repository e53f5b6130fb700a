using Mono.Cecil;

namespace Edge.Tests.Architecture;

/// <summary>Rules inside a project, read from compiled code.</summary>
public sealed class NamespaceTests
{
    private static readonly string[] PlainNamespaces =
    [
        "System.Buffers", "System.CodeDom.Compiler", "System.Collections", "System.Diagnostics", "System.Globalization", "System.IO", "System.Linq",
        "System.Numerics", "System.Reflection", "System.Runtime", "System.Text", "System.Threading", "System.Xml",
    ];

    /// <summary>Where features live, and the interface that makes a class one. A folder there without such a class is what features share.</summary>
    public static TheoryData<string, string, string?> Homes => new()
    {
        { "Edge.Mqtt", "Edge.Mqtt.Features", "IMqttFeature" },
        { "Edge.Xmpp", "Edge.Xmpp.Modules", "IXmppModule" },
        { "Edge.FieldBus", "Edge.FieldBus", "INodeSource" },
        { "Edge.Portal", "Edge.Portal.Pages", null },
    };

    [Theory]
    [MemberData(nameof(Homes))]
    public void Features_never_meet(string assembly, string home, string? contract)
    {
        var types = CompiledCode.TypesOf(Load(assembly)).ToList();
        var features = types.Where(type => contract is null || type.Interfaces.Any(i => i.InterfaceType.Name == contract))
            .Select(type => FeatureOf(type, home)).OfType<string>().ToHashSet();

        Assert.NotEmpty(features);
        Breaches.None(Uses(types, home).Where(use => features.Contains(use.To) && use.From != use.To).Select(use => $"{use.Type} uses {use.To}").Distinct());
    }

    [Theory]
    [InlineData("Edge.Mqtt", "Edge.Mqtt.Wire")]
    [InlineData("Edge.Xmpp", "Edge.Xmpp.Wire")]
    [InlineData("Edge.FieldBus", "Edge.FieldBus.Modbus.Wire")]
    public void Wire_knows_only_bytes_and_packets(string assembly, string wire)
    {
        var types = CompiledCode.TypesOf(Load(assembly)).Where(type => CompiledCode.NamespaceOf(type) == wire).ToList();

        Assert.NotEmpty(types);
        Breaches.None(
            from type in types
            from used in CompiledCode.UsedBy(type)
            where CompiledCode.NamespaceOf(used) != wire && !IsPlain(used) && !IsValueOfProject(used, assembly)
            select $"{type.FullName} uses {used.FullName}");
    }

    [Fact]
    public void The_virtual_node_sees_of_the_broker_only_its_client() =>
        Breaches.None(
            from type in CompiledCode.TypesOf(Load("SensorNode.Virtual"))
            from used in CompiledCode.UsedBy(type)
            let name = CompiledCode.NamespaceOf(used)
            where name.StartsWith("Edge.Mqtt", StringComparison.Ordinal) && name != "Edge.Mqtt.Client" && !IsValueOfProject(used, "Edge.Mqtt")
            select $"{type.FullName} uses {used.FullName}");

    [Fact]
    public void A_namespace_is_its_folder() =>
        Breaches.None(
            from path in Repository.Files(".cs", "gateway", "tests/Edge.Benchmarks", "tests/Edge.Conformance", "tests/Edge.TestKit", "tests/Edge.Tests")
            let declared = File.ReadLines(path).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
            where declared is not null
            let expected = string.Join('.', Path.GetDirectoryName(Repository.Name(path))!.Split(Path.DirectorySeparatorChar)[1..])
            where declared.TrimEnd(';') != "namespace " + expected
            select $"{Repository.Name(path)} declares {declared}");

    private static AssemblyDefinition Load(string name) => CompiledCode.Assemblies.Single(assembly => assembly.Name.Name == name);

    private static IEnumerable<(string Type, string? From, string To)> Uses(IEnumerable<TypeDefinition> types, string home) =>
        from type in types
            // What stands in the home itself composes the features, and may name them.
        where FeatureOf(type, home) is not null
        from used in CompiledCode.UsedBy(type)
        let to = FeatureOf(used, home)
        where to is not null
        select (type.FullName, FeatureOf(type, home), to);

    private static string? FeatureOf(TypeReference type, string home)
    {
        var name = CompiledCode.NamespaceOf(type);
        return name.StartsWith(home + ".", StringComparison.Ordinal) ? name[(home.Length + 1)..].Split('.')[0] : null;
    }

    // A value that the whole project shares, such as a message: it stands in the project's root and is itself made of plain things and such values.
    private static bool IsValueOfProject(TypeReference used, string assembly) => IsValueOfProject(used, assembly, []);

    private static bool IsValueOfProject(TypeReference used, string assembly, HashSet<string> seen) =>
        CompiledCode.NamespaceOf(used) == assembly && used.Resolve() is { } type
        && (!seen.Add(type.FullName) || CompiledCode.UsedBy(type).All(part => IsPlain(part) || IsValueOfProject(part, assembly, seen)));

    // Bytes, text, XML as a format; nothing that listens, stores, logs or is configured. Compiler-made types have no namespace.
    private static bool IsPlain(TypeReference type) =>
        CompiledCode.NamespaceOf(type) is var name
        && (name is "" or "System" or "Microsoft.CodeAnalysis" || PlainNamespaces.Any(plain => name == plain || name.StartsWith(plain + ".", StringComparison.Ordinal)));
}
