using System.Security.Cryptography;
using System.Text.Json;

namespace Edge.Gateway.Demo;

/// <summary>What the demonstration makes up at its first start and keeps with its data: two people's passwords, and what "flashing" gave the node.</summary>
internal sealed record DemoSecrets(string OwnerPassword, string VisitorPassword, string NodeId, string SerialNumber, byte[] DeviceSecret, string ClaimKey)
{
    /// <summary>The owner's account.</summary>
    public const string Owner = "owner";

    /// <summary>The visitor's account.</summary>
    public const string Visitor = "visitor";

    private const int SecretBytes = 32;

    /// <summary>Reads them from the data folder, or makes them. The file is replaced as a whole, so that a kill leaves the old or the new.</summary>
    public static DemoSecrets LoadOrCreate(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "demo.json");
        if (File.Exists(path)) return JsonSerializer.Deserialize<DemoSecrets>(File.ReadAllBytes(path))!;

        var secrets = Create();
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, OwnerOnly()))
        {
            JsonSerializer.Serialize(file, secrets);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        return secrets;
    }

    private static FileStreamOptions OwnerOnly()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private static DemoSecrets Create()
    {
        var serial = RandomNumberGenerator.GetHexString(6, lowercase: true);
        return new(
            RandomNumberGenerator.GetHexString(16, lowercase: true),
            RandomNumberGenerator.GetHexString(16, lowercase: true),
            $"virtual-{serial}",
            serial,
            RandomNumberGenerator.GetBytes(SecretBytes),
            RandomNumberGenerator.GetHexString(20, lowercase: true));
    }
}
