using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Edge.Tests.Firmware;

/// <summary>Compiles sources as nanoFramework's project system does: C# 9, against its own libraries and nothing else.</summary>
internal static class FirmwareCompiler
{
    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp9, preprocessorSymbols: ["NANOFRAMEWORK_1_0"]);

    /// <summary>The image and no complaints, or complaints.</summary>
    public static (byte[]? Image, IReadOnlyList<string> Complaints) Compile(IEnumerable<(string Path, string Text)> sources, IEnumerable<string> assemblies)
    {
        var trees = sources.Select(s => CSharpSyntaxTree.ParseText(s.Text, Language, s.Path));
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true);
        var compilation = CSharpCompilation.Create("SensorNode", trees, ReferenceAssemblies.Of(ReferenceAssemblies.Closure(assemblies)), options);
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        return (result.Success ? image.ToArray() : null, [.. result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(Text)]);
    }

    /// <summary>The same for one text with the libraries that the firmware uses.</summary>
    public static (byte[]? Image, IReadOnlyList<string> Complaints) Compile(string text) =>
        Compile([("Snippet.cs", text)], new FirmwareProject().References.Select(r => r.Assembly));

    private static string Text(Diagnostic diagnostic)
    {
        var place = diagnostic.Location.GetLineSpan();
        return $"{Path.GetFileName(place.Path)}({place.StartLinePosition.Line + 1}): {diagnostic.Id} {diagnostic.GetMessage()}";
    }
}
