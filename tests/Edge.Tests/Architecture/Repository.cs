using System.Xml.Linq;

namespace Edge.Tests.Architecture;

/// <summary>The repository that these tests were built from: its root, sources and projects.</summary>
internal static class Repository
{
    private static readonly string[] Built = ["bin", "obj", "artifacts", "node_modules"];

    /// <summary>The folder with <c>Edge.sln</c>.</summary>
    public static string Root => TestKit.Repository.Root;

    /// <summary>All files below <paramref name="folders"/> that end in <paramref name="extension"/>, without what a build made.</summary>
    public static IEnumerable<string> Files(string extension, params string[] folders) =>
        folders.Select(folder => Path.Combine(Root, folder)).SelectMany(FilesBelow).Where(path => path.EndsWith(extension, StringComparison.Ordinal));

    /// <summary>How a test names a file.</summary>
    public static string Name(string path) => Path.GetRelativePath(Root, path);

    /// <summary>Every project that <c>dotnet build</c> builds: name and file.</summary>
    public static IReadOnlyDictionary<string, string> Projects { get; } =
        Files(".csproj", "firmware", "gateway", "shared", "tests").ToDictionary(path => Path.GetFileNameWithoutExtension(path));

    /// <summary>The names of the projects that a project names as its references.</summary>
    public static IEnumerable<string> ReferencesOf(string project) =>
        XDocument.Load(Projects[project]).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!.Value.Replace('\\', '/')));

    private static IEnumerable<string> FilesBelow(string folder)
    {
        if (!Directory.Exists(folder)) return [];

        var here = Directory.EnumerateFiles(folder);
        return here.Concat(Directory.EnumerateDirectories(folder).Where(sub => !Built.Contains(Path.GetFileName(sub))).SelectMany(FilesBelow));
    }
}
