using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Edge.Tests.Architecture;

/// <summary>Solution and package versions: what is easily forgotten when something is added.</summary>
public sealed partial class BuildFileTests
{
    private static readonly string Solution = File.ReadAllText(Path.Combine(Repository.Root, "Edge.sln")).Replace('\\', '/');

    [Fact]
    public void The_solution_builds_every_project()
    {
        var entries = SolutionEntry().Matches(Solution).ToDictionary(entry => entry.Groups["path"].Value, entry => entry.Groups["id"].Value);

        Breaches.None(
            from path in Repository.Projects.Values.Select(Repository.Name)
            where !entries.TryGetValue(path, out var id) || !Solution.Contains($"{id}.Debug|Any CPU.Build.0", StringComparison.OrdinalIgnoreCase)
            select $"{path} is not built by Edge.sln");
    }

    // Its project system exists in Visual Studio and nanoFramework's build only; without a Build.0 line dotnet passes it over.
    [Fact]
    public void The_solution_lists_the_firmware_without_building_it()
    {
        var path = Repository.Name(Assert.Single(Repository.Files(".nfproj", "firmware")));
        var entry = Assert.Single(SolutionEntry().Matches(Solution), entry => entry.Groups["path"].Value == path);

        Assert.DoesNotMatch(Regex.Escape(entry.Groups["id"].Value) + @"\.[^\n]*\.Build\.0", Solution);
    }

    [Fact]
    public void Every_package_has_one_exact_version()
    {
        var versions = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Select(package => (Id: (string)package.Attribute("Include")!, Version: (string)package.Attribute("Version")!)).ToList();

        Assert.NotEmpty(versions);
        Assert.All(versions, package => Assert.Matches(ExactVersion(), package.Version));
        Breaches.None(versions.GroupBy(package => package.Id, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    [Fact]
    public void No_project_has_a_version_of_its_own() =>
        Breaches.None(
            from path in Repository.Projects.Values
            from package in XDocument.Load(path).Descendants("PackageReference")
            where package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null
            select $"{Repository.Name(path)}: {(string?)package.Attribute("Include")}");

    [GeneratedRegex("""Project\("[^"]*"\) = "[^"]*", "(?<path>[^"]*)", "(?<id>\{[^}]*\})""")]
    private static partial Regex SolutionEntry();

    [GeneratedRegex(@"^\d+\.\d+\.\d+(\.\d+)?(-[0-9A-Za-z.-]+)?$")]
    private static partial Regex ExactVersion();
}
