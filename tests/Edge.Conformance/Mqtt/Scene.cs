namespace Edge.Conformance.Mqtt;

/// <summary>A scene of <c>Scripts/</c>: it begins with <c>== its title</c>.</summary>
/// <param name="File">The script, without its ending; those of MQTT 5.0 are in a folder of their own.</param>
/// <param name="Title">What it shows, and which statements of the specification.</param>
/// <param name="Settings">What the broker is to be set to: lines such as <c>@ receiveMaximum=2</c>.</param>
/// <param name="Lines">What happens.</param>
internal sealed record Scene(string File, string Title, string[] Settings, string[] Lines)
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Mqtt", "Scripts");

    public bool IsV5 => File.StartsWith("5.0", StringComparison.Ordinal);

    public static IEnumerable<Scene> All =>
        from path in Directory.GetFiles(Folder, "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        from scene in System.IO.File.ReadAllText(path).Split("\n== ").Skip(1)
        let lines = scene.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#').ToArray()
        select new Scene(
            Path.GetRelativePath(Folder, path)[..^".txt".Length].Replace('\\', '/'), lines[0],
            [.. lines.Where(l => l[0] == '@').Select(l => l[1..].Trim())], [.. lines.Skip(1).Where(l => l[0] != '@')]);
}
