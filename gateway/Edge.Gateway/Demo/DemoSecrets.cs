using System.Security.Cryptography;
using System.Text.Json;

using Edge.Storage.Files;

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
        PrivateFile.CreateFolder(folder);
        var path = Path.Combine(folder, "demo.json");
        if (File.Exists(path)) return JsonSerializer.Deserialize<DemoSecrets>(File.ReadAllBytes(path))!;

        var secrets = Create();
        PrivateFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(secrets));
        return secrets;
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
