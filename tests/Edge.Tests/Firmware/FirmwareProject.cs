using System.Xml.Linq;

using Edge.TestKit;

namespace Edge.Tests.Firmware;

/// <summary>SensorNode.nfproj and packages.config, as the nanoFramework project system reads them.</summary>
internal sealed class FirmwareProject
{
    private static readonly XNamespace Build = "http://schemas.microsoft.com/developer/msbuild/2003";
    private readonly XDocument _project;

    public FirmwareProject()
    {
        Folder = Path.Combine(Repository.Root, "firmware", "SensorNode");
        _project = XDocument.Load(Path.Combine(Folder, "SensorNode.nfproj"));
        SharedFolder = Path.Combine(Repository.Root, "shared", "Edge.Protocol");
    }

    /// <summary>The project's folder.</summary>
    public string Folder { get; }

    /// <summary>The folder of the shared sources.</summary>
    public string SharedFolder { get; }

    /// <summary>The C# files of the project and of the shared list that it imports.</summary>
    public IReadOnlyList<string> Sources => [.. Own, .. Shared];

    /// <summary>The project's own files.</summary>
    public IEnumerable<string> Own => Includes(_project, "Compile").Select(i => Path.Combine(Folder, Local(i)));

    /// <summary>The files of the shared list.</summary>
    public IEnumerable<string> Shared =>
        Includes(XDocument.Load(Path.Combine(SharedFolder, "Edge.Protocol.projitems")), "Compile")
            .Select(i => Path.Combine(SharedFolder, Local(i.Replace("$(MSBuildThisFileDirectory)", "", StringComparison.Ordinal))));

    /// <summary>The import of the shared list.</summary>
    public IEnumerable<string> Imports => _project.Root!.Elements(Build + "Import").Select(i => Local(i.Attribute("Project")!.Value));

    /// <summary>The C# version that the project asks for.</summary>
    public string LanguageVersion => _project.Descendants(Build + "LangVersion").Single().Value;

    /// <summary>Assembly, version and path of each reference.</summary>
    public IReadOnlyList<(string Assembly, string Version, string Path)> References =>
    [
        .. _project.Descendants(Build + "Reference").Select(reference =>
        {
            var parts = reference.Attribute("Include")!.Value.Split(", ");
            return (parts[0], parts[1].Replace("Version=", "", StringComparison.Ordinal), reference.Element(Build + "HintPath")!.Value);
        }),
    ];

    /// <summary>Id and version of each package.</summary>
    public IReadOnlyDictionary<string, string> Packages => XDocument.Load(Path.Combine(Folder, "packages.config")).Root!.Elements("package")
        .ToDictionary(p => p.Attribute("id")!.Value, p => p.Attribute("version")!.Value);

    private static IEnumerable<string> Includes(XDocument document, string item) =>
        document.Descendants(Build + item).Select(i => i.Attribute("Include")!.Value);

    private static string Local(string path) => path.Replace('\\', Path.DirectorySeparatorChar);
}
