using System.Text;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Edge.Tests.Firmware;

/// <summary>The listing leaves out what a class implements explicitly; the compiler wants it, so it is written here.</summary>
internal static class ExplicitImplementations
{
    private static readonly SymbolDisplayFormat Full = SymbolDisplayFormat.FullyQualifiedFormat.WithMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    public static string Write(CSharpCompilation compilation)
    {
        var text = new StringBuilder();
        foreach (var type in Types(compilation.Assembly.GlobalNamespace).Where(t => t.TypeKind is TypeKind.Class or TypeKind.Struct))
        {
            var missing = type.Interfaces.SelectMany(i => i.AllInterfaces.Prepend(i)).Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default)
                .SelectMany(i => i.GetMembers()).Where(m => m is not INamedTypeSymbol)
                .Where(m => m is not IMethodSymbol { AssociatedSymbol: not null } && type.FindImplementationForInterfaceMember(m) is null)
                .Select(Member).ToList();
            if (missing.Count == 0) continue;

            text.AppendLine($"namespace {type.ContainingNamespace.ToDisplayString()} {{ partial {(type.TypeKind == TypeKind.Class ? "class" : "struct")} {type.Name} {{");
            foreach (var member in missing) text.AppendLine(member);
            text.AppendLine("} }");
        }

        return text.ToString();
    }

    private static string Member(ISymbol member) => member switch
    {
        IPropertySymbol { IsIndexer: true } p =>
            $"extern {Name(p.Type)} {Name(p.ContainingType)}.this[{Parameters(p.Parameters)}] {{ {Accessors(p)} }}",
        IPropertySymbol p => $"extern {Name(p.Type)} {Name(p.ContainingType)}.{p.Name} {{ {Accessors(p)} }}",
        IEventSymbol e => $"event {Name(e.Type)} {Name(e.ContainingType)}.{e.Name} {{ add {{ }} remove {{ }} }}",
        IMethodSymbol m => $"extern {Name(m.ReturnType)} {Name(m.ContainingType)}.{m.Name}({Parameters(m.Parameters)});",
        _ => throw new InvalidOperationException($"Not a member of an interface: {member}"),
    };

    private static string Accessors(IPropertySymbol p) => (p.GetMethod is null ? "" : "get; ") + (p.SetMethod is null ? "" : "set;");

    private static string Parameters(IEnumerable<IParameterSymbol> parameters) =>
        string.Join(", ", parameters.Select(p => $"{RefKindText(p.RefKind)}{Name(p.Type)} {p.Name}"));

    private static string RefKindText(RefKind kind) => kind switch
    {
        RefKind.Ref => "ref ",
        RefKind.Out => "out ",
        _ => "",
    };

    private static string Name(ISymbol type) => type.ToDisplayString(Full);

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol space) =>
        space.GetTypeMembers().Concat(space.GetNamespaceMembers().SelectMany(Types));
}
