namespace Edge.Tests.Architecture;

/// <summary>Who may depend on whom (ARCHITECTURE.md, "Layout"), by project files and by what was compiled.</summary>
public sealed class DependencyTests
{
    private static readonly string[] Protocols = ["Edge.Transport", "Edge.Identity", "Edge.Things", "Edge.Storage", "Edge.Protocol"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Edge.Protocol"] = [],
        ["Edge.Storage"] = [],
        ["Edge.Transport"] = [],
        ["Edge.Identity"] = ["Edge.Things", "Edge.Storage", "Edge.Protocol"],
        ["Edge.Things"] = ["Edge.Storage", "Edge.Protocol"],
        ["Edge.Mqtt"] = Protocols,
        ["Edge.Xmpp"] = Protocols,
        ["Edge.FieldBus"] = ["Edge.Things", "Edge.Protocol"],
        ["Edge.Portal"] = ["Edge.Things", "Edge.Identity", "Edge.Protocol"],
        ["SensorNode.Virtual"] = ["Edge.Mqtt", "Edge.Protocol"],
        ["Edge.Gateway"] = [.. Protocols, "Edge.Mqtt", "Edge.Xmpp", "Edge.FieldBus", "Edge.Portal", "SensorNode.Virtual"],
    };

    [Fact]
    public void Every_project_of_the_product_has_its_line_in_the_table() =>
        Assert.Equal(Allowed.Keys.Order(), Repository.Projects.Keys.Where(CompiledCode.IsProduct).Order());

    [Fact]
    public void A_project_names_only_projects_that_it_may_depend_on() =>
        Breaches.None(
            from project in Allowed.Keys
            from reference in Repository.ReferencesOf(project)
            where !Allowed[project].Contains(reference)
            select $"{project} must not reference {reference}");

    // A reference of a reference compiles, too; the project file does not show it.
    [Fact]
    public void A_project_uses_only_projects_that_it_may_depend_on()
    {
        Assert.NotEmpty(CompiledCode.Assemblies);
        Breaches.None(
            from assembly in CompiledCode.Assemblies
            from reference in assembly.MainModule.AssemblyReferences
            where Repository.Projects.ContainsKey(reference.Name) && !Allowed[assembly.Name.Name].Contains(reference.Name)
            select $"{assembly.Name.Name} must not use {reference.Name}");
    }

    [Fact]
    public void Nothing_but_tests_sees_internals() =>
        Breaches.None(
            from assembly in CompiledCode.Assemblies
            from attribute in assembly.CustomAttributes
            where attribute.AttributeType.Name == "InternalsVisibleToAttribute"
            let friend = (string)attribute.ConstructorArguments[0].Value
            where !Repository.Projects.ContainsKey(friend) || CompiledCode.IsProduct(friend)
            select $"{assembly.Name.Name} shows its internals to {friend}");
}
