namespace Edge.Tests.Firmware;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    /// <summary>The folder with Edge.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Edge.sln"))) return folder.FullName;
        throw new InvalidOperationException("These tests run in the repository: no Edge.sln was found above the test's folder.");
    }
}
