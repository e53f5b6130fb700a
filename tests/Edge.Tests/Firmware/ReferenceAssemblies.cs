using System.Collections.Concurrent;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Edge.Tests.Firmware;

/// <summary>Metadata-only assemblies of nanoFramework's libraries, made of their listed API; each is made once.</summary>
internal static class ReferenceAssemblies
{
    private static readonly CSharpCompilationOptions Options =
        new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, generalDiagnosticOption: ReportDiagnostic.Suppress);

    private static readonly ConcurrentDictionary<string, Lazy<byte[]>> Images = new();

    /// <summary>The image of one assembly.</summary>
    public static byte[] Image(string assembly) =>
        Images.GetOrAdd(assembly, name => new Lazy<byte[]>(() => Make(NanoAssembly.All[name]))).Value;

    /// <summary>References for the compiler.</summary>
    public static IEnumerable<MetadataReference> Of(IEnumerable<string> assemblies) =>
        assemblies.Select(a => MetadataReference.CreateFromImage(Image(a), filePath: a + ".dll"));

    /// <summary>An assembly and all that it refers to.</summary>
    public static IEnumerable<string> Closure(IEnumerable<string> assemblies) =>
        assemblies.SelectMany(a => Closure(Names(NanoAssembly.All[a])).Append(a)).Distinct();

    private static byte[] Make(NanoAssembly assembly)
    {
        var parse = new CSharpParseOptions(LanguageVersion.Latest);
        var compilation = CSharpCompilation.Create(
            assembly.Assembly, [CSharpSyntaxTree.ParseText(ReferenceSource.Write(assembly), parse)], Of(Closure(Names(assembly))), Options);
        compilation = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(ExplicitImplementations.Write(compilation), parse));

        using var image = new MemoryStream();
        var result = compilation.Emit(image, options: new EmitOptions(metadataOnly: true));
        var errors = result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(5).Select(d => d.ToString());
        Assert.True(result.Success, $"No reference assembly of {assembly.Assembly}: {string.Join("; ", errors)}");
        return image.ToArray();
    }

    private static IEnumerable<string> Names(NanoAssembly assembly) => assembly.References.Select(r => r.Split(',')[0]);
}
