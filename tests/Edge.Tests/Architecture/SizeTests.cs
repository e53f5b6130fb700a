using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Edge.Tests.Architecture;

/// <summary>Where a file or a method outgrows a reader, it asks to be cut by its ideas.</summary>
public sealed class SizeTests
{
    private const int MostLinesOfFile = 400;
    private const int MostLinesOfMethod = 60;
    private const int MostConstructorParameters = 5;

    private static readonly List<(string Name, SyntaxNode Root)> Sources =
        [.. Repository.Files(".cs", "firmware", "gateway", "shared").Select(path => (Repository.Name(path), CSharpSyntaxTree.ParseText(File.ReadAllText(path)).GetRoot()))];

    [Fact]
    public void No_file_is_longer_than_a_reader_can_keep_in_mind()
    {
        Assert.NotEmpty(Sources);
        Breaches.None(Repository.Files(".cs", "firmware", "gateway", "shared").Concat(Repository.Files(".razor", "gateway"))
            .Select(path => (Path: path, Lines: File.ReadLines(path).Count()))
            .Where(file => file.Lines > MostLinesOfFile)
            .Select(file => $"{Repository.Name(file.Path)} has {file.Lines} lines"));
    }

    [Fact]
    public void No_method_is_longer_than_a_screen() =>
        Breaches.None(
            from source in Sources
            from member in source.Root.DescendantNodes()
            where member is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
            let span = member.GetLocation().GetLineSpan().Span
            let lines = span.End.Line - span.Start.Line + 1
            where lines > MostLinesOfMethod
            select $"{source.Name}:{span.Start.Line + 1} has {lines} lines");

    // A long list is a missing type or a second responsibility. Records are values, whose parts have to be given.
    [Fact]
    public void No_constructor_takes_more_than_a_handful() =>
        Breaches.None(
            from source in Sources
            where !source.Name.Contains("NanoFramework", StringComparison.Ordinal) // stand-ins have the signatures of what they stand in for
            from node in source.Root.DescendantNodes()
            let parameters = node switch
            {
                ConstructorDeclarationSyntax constructor => constructor.ParameterList,
                ClassDeclarationSyntax type => type.ParameterList,
                _ => null,
            }
            where parameters?.Parameters.Count > MostConstructorParameters
            select $"{source.Name}:{parameters.GetLocation().GetLineSpan().StartLinePosition.Line + 1} takes {parameters.Parameters.Count}");
}
