using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Edge.Transport.Tls;

/// <summary>Certificates and keys in files: keys for their owner only, and never half a file after a power cut.</summary>
internal static class PemFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everybody = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static void WriteKey(string path, ECDsa key) => Write(path, key.ExportPkcs8PrivateKeyPem(), OwnerOnly);

    public static void WriteCertificates(string path, params IEnumerable<X509Certificate2> certificates) =>
        Write(path, string.Join('\n', certificates.Select(c => c.ExportCertificatePem())) + "\n", Everybody);

    /// <summary>The first certificate of a file with its key.</summary>
    /// <exception cref="CryptographicException">The files do not fit, or are damaged.</exception>
    public static X509Certificate2 Load(string certificatePath, string keyPath)
    {
        Tighten(keyPath);
        var certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        if (!OperatingSystem.IsWindows()) return certificate;

        // Schannel does not take a key that lives in memory only.
        using (certificate) return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    /// <summary>Every certificate after the first: the chain to send along.</summary>
    public static X509Certificate2Collection LoadChain(string certificatePath)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(certificatePath);
        if (all.Count > 0) all.RemoveAt(0);
        return all;
    }

    // A key that others could read was perhaps copied about by hand; better closed late than never.
    private static void Tighten(string keyPath)
    {
        if (OperatingSystem.IsWindows()) return;

        const UnixFileMode Others = ~(OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.GroupRead);
        var mode = File.GetUnixFileMode(keyPath);
        if ((mode & Others) != 0) File.SetUnixFileMode(keyPath, OwnerOnly);
    }

    private static void Write(string path, string text, UnixFileMode mode)
    {
        var half = path + ".new";
        File.Delete(half);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        using (var file = new FileStream(half, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(half, path, overwrite: true);
    }
}
