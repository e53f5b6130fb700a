using Edge.TestKit;

namespace Edge.Tests.Firmware;

/// <summary>The firmware and its tests stay within nanoFramework's language, its libraries and what runs on the device.</summary>
public sealed class FirmwareCompilesTests
{
    // What the tests need of the machine they run on; the real one is for .NET.
    private const string TestFolder = """
        namespace SensorNode.Tests
        {
            internal sealed class TestFolder : System.IDisposable
            {
                public string Path { get { return "I:\\"; } }
                public void Dispose() { }
            }
        }
        """;

    private readonly FirmwareProject _project = new();

    [Fact]
    public void Firmware_compiles_against_the_devices_libraries_without_warnings()
    {
        var (image, complaints) = FirmwareCompiler.Compile(Read(_project.Sources), _project.References.Select(r => r.Assembly));
        Assert.Empty(complaints);
        Assert.NotNull(image);
    }

    [Fact]
    public void Firmware_has_nothing_that_fails_on_the_device()
    {
        var (image, _) = FirmwareCompiler.Compile(Read(_project.Sources), _project.References.Select(r => r.Assembly));
        Assert.NotNull(image);
        Assert.Empty(DeviceRules.Check(image));
    }

    [Fact]
    public void Firmware_tests_could_run_on_a_device()
    {
        var folder = Path.Combine(Repository.Root, "tests", "SensorNode.Tests");
        var tests = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(f => !new[] { "DotNet", "bin", "obj" }.Contains(Path.GetRelativePath(folder, f).Split(Path.DirectorySeparatorChar)[0]));
        var (image, complaints) = FirmwareCompiler.Compile(
            [.. Read(_project.Sources), .. Read(tests), ("TestFolder.cs", TestFolder)],
            _project.References.Select(r => r.Assembly).Append("nanoFramework.TestFramework"));
        Assert.Empty(complaints);
        Assert.Empty(DeviceRules.Check(image!));
    }

    private static IEnumerable<(string Path, string Text)> Read(IEnumerable<string> files) => files.Select(f => (f, File.ReadAllText(f)));
}
