using Microsoft.Extensions.Options;

namespace Edge.Transport.Tls;

/// <summary>Section <c>tls</c>: how the gateway shows who it is.</summary>
public sealed class LocalCertificateOptions
{
    /// <summary>Where the local CA and the server certificate are kept. The host sets it to its data folder.</summary>
    public string Folder { get; set; } = "data";

    /// <summary>The domain of the gateway. The host sets it to that of the section <c>things</c>.</summary>
    public string Domain { get; set; } = "edge.local";

    /// <summary>The XMPP services, each at <c>name.domain</c>.</summary>
    public IList<string> Services { get; } = ["things", "provisioning", "concentrator"];

    /// <summary>Further names or addresses to put in the certificate, such as that of a router's port forwarding.</summary>
    public IList<string> Names { get; } = [];

    /// <summary>A certificate of your own, with its chain (PEM), instead of one of the local CA. Read again when the file changes.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The private key to <see cref="CertificateFile"/> (PEM, not encrypted).</summary>
    public string? KeyFile { get; set; }

    /// <summary>Days that a certificate of the local CA is good for. 397 is the most that browsers take from any CA.</summary>
    public int ValidDays { get; set; } = 397;

    /// <summary>Days before its expiry that a certificate of the local CA is made anew.</summary>
    public int RenewDays { get; set; } = 30;
}

/// <summary>Finds all that is wrong with the section <c>tls</c>.</summary>
internal sealed class LocalCertificateOptionsValidator : IValidateOptions<LocalCertificateOptions>
{
    public ValidateOptionsResult Validate(string? name, LocalCertificateOptions options)
    {
        var errors = new List<string>();
        if (options.ValidDays is < 2 or > 825)
            errors.Add($"tls:validDays is {options.ValidDays}: give 2 to 825 (397 is the most that every browser takes).");
        if (options.RenewDays < 1 || options.RenewDays >= options.ValidDays)
            errors.Add($"tls:renewDays is {options.RenewDays}: give 1 to less than tls:validDays ({options.ValidDays}).");
        if (Uri.CheckHostName(options.Domain) != UriHostNameType.Dns)
            errors.Add($"things:domain is \"{options.Domain}\": give a DNS name such as edge.local.");
        foreach (var extra in options.Names.Where(n => Uri.CheckHostName(n) == UriHostNameType.Unknown))
            errors.Add($"tls:names contains \"{extra}\": give host names or IP addresses.");
        if (options.CertificateFile is null != options.KeyFile is null)
            errors.Add("tls:certificateFile and tls:keyFile belong together: give both, or none to use the local CA.");
        CheckFile(errors, "tls:certificateFile", options.CertificateFile);
        CheckFile(errors, "tls:keyFile", options.KeyFile);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void CheckFile(List<string> errors, string key, string? path)
    {
        if (path is not null && !File.Exists(path)) errors.Add($"{key} is \"{path}\", which is not there: correct the path, or leave it out.");
    }
}
