using System.Diagnostics;

using Xunit;

namespace Edge.TestKit;

/// <summary>A program of somebody else's that a test talks to. A test that needs one is skipped where it is not installed, and fails where
/// EDGE_PEERS=required (CI), so that a peer cannot go missing unseen.</summary>
public static class Peer
{
    /// <summary>True in CI: a missing peer is a failure.</summary>
    public static bool IsRequired => Environment.GetEnvironmentVariable("EDGE_PEERS") == "required";

    /// <summary>The path of a program, or the test ends here: skipped, or failed where peers are required.</summary>
    public static string Require(string program)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        return path ?? Missing(program);
    }

    /// <summary>Debian's Python with these modules, or the test ends here. Always the system's own: a developer's other Python lacks them.</summary>
    public static string RequirePython(params string[] modules)
    {
        const string Python = "/usr/bin/python3";
        if (!File.Exists(Python)) return Missing(Python);

        using var probe = Process.Start(new ProcessStartInfo(Python, ["-c", "import " + string.Join(",", modules)])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        probe.WaitForExit();
        return probe.ExitCode == 0 ? Python : Missing($"python3 with {string.Join(", ", modules)}");
    }

    /// <summary>Node, with npm's package where scripts find it (<c>NODE_PATH</c> is <see cref="NodeModules"/>), or the test ends here.</summary>
    public static string RequireNode(string package) =>
        Directory.Exists(Path.Combine(NodeModules, package)) ? Require("node") : Missing($"npm's package {package}");

    /// <summary>The folder that tests/peers/install puts npm's packages into.</summary>
    public static string NodeModules => Path.Combine(Repository.Root, "tests", "peers", "node", "node_modules");

    private static string Missing(string what)
    {
        if (IsRequired) Assert.Fail($"{what} is not installed; run tests/peers/install.");
        Assert.Skip($"{what} is not installed; run tests/peers/install.");
        return "";
    }
}
