using Edge.TestKit;

namespace Edge.Tests.Firmware;

/// <summary>Who flashes restores the very packages that the sources were checked against.</summary>
public sealed class ProjectFilesTests
{
    private readonly FirmwareProject _project = new();

    [Fact]
    public void Every_reference_is_of_a_package_in_packages_config_with_its_version()
    {
        foreach (var (assembly, version, path) in _project.References)
        {
            var api = NanoAssembly.All[assembly];
            Assert.Equal(api.AssemblyVersion, version);
            Assert.Equal($"..\\..\\packages\\{api.Package}.{api.PackageVersion}\\lib\\{assembly}.dll", path);
            Assert.Equal(api.PackageVersion, _project.Packages.GetValueOrDefault(api.Package));
        }
    }

    [Fact]
    public void Every_package_is_referenced() =>
        Assert.Equal(_project.Packages.Keys.Order(), _project.References.Select(r => NanoAssembly.All[r.Assembly].Package).Order());

    [Fact]
    public void Everything_that_a_library_needs_is_referenced_too() =>
        Assert.Equal(
            ReferenceAssemblies.Closure(_project.References.Select(r => r.Assembly)).Order(), _project.References.Select(r => r.Assembly).Order());

    [Fact]
    public void Every_source_file_is_in_the_project()
    {
        var present = Directory.GetFiles(_project.Folder, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        Assert.Equal(present.Order(StringComparer.Ordinal), _project.Own.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_shared_source_file_is_in_the_shared_list()
    {
        var present = Directory.GetFiles(_project.SharedFolder, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        Assert.Equal(present.Order(StringComparer.Ordinal), _project.Shared.Order(StringComparer.Ordinal));
        Assert.Contains(_project.Imports, i => i.EndsWith(Path.Combine("shared", "Edge.Protocol", "Edge.Protocol.projitems"), StringComparison.Ordinal));
    }

    [Fact]
    public void The_project_asks_for_the_language_that_was_checked() => Assert.Equal("9.0", _project.LanguageVersion);

    [Fact]
    public void The_solution_lists_the_firmware_without_building_it()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Edge.sln"));
        Assert.Contains("SensorNode.nfproj", solution, StringComparison.Ordinal);
        Assert.DoesNotContain("{B3C6D2E1-6E0B-4C6E-9E7C-2A5F1D7C9A41}.Debug|Any CPU.Build.0", solution, StringComparison.Ordinal);
    }
}
