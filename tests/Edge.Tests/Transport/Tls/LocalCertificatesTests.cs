using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

using Edge.TestKit;
using Edge.Transport.Tls;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Edge.Tests.Transport.Tls;

public sealed class LocalCertificatesTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualClock _clock = new(DateTimeOffset.Parse("2026-05-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void The_server_certificate_names_all_by_which_it_is_called()
    {
        using var certificates = Open(o => o.Names.Add("gate.example.org"));

        var names = certificates.Server.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        string[] expected = ["edge.local", "things.edge.local", "provisioning.edge.local", "concentrator.edge.local", "localhost", "gate.example.org"];
        Assert.Subset(names.EnumerateDnsNames().ToHashSet(), expected.ToHashSet());
        Assert.Subset(names.EnumerateIPAddresses().Select(a => a.ToString()).ToHashSet(), new HashSet<string> { "127.0.0.1", "::1" });
    }

    [Fact]
    public void It_is_good_from_a_day_earlier_so_that_a_late_clock_accepts_it()
    {
        using var certificates = Open();

        Assert.Equal(_clock.GetUtcNow().AddDays(-1).UtcDateTime, certificates.Server.NotBefore.ToUniversalTime());
        Assert.Equal(_clock.GetUtcNow().AddDays(397).UtcDateTime, certificates.Server.NotAfter.ToUniversalTime());
    }

    [Fact]
    public async Task OpenSSL_finds_the_chain_and_the_purposes_right()
    {
        var openssl = Peer.Require("openssl");
        using var certificates = Open();
        var at = _clock.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

        var (code, output) = await RunAsync(
            openssl, "verify", "-x509_strict", "-attime", at, "-purpose", "sslserver", "-verify_hostname", "things.edge.local", "-CAfile",
            certificates.AuthorityFile!, _folder.File("server.pem"));

        Assert.True(code == 0, output);
    }

    [Fact]
    public void Keys_are_for_their_owner_only()
    {
        using var certificates = Open();

        foreach (var key in new[] { "ca.key", "server.key" })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File(key)));
    }

    [Fact]
    public void A_second_start_finds_what_the_first_made()
    {
        string first;
        using (var certificates = Open()) first = certificates.Server.Thumbprint;
        _clock.Advance(TimeSpan.FromDays(100));

        using var again = Open();

        Assert.Equal(first, again.Server.Thumbprint);
    }

    [Fact]
    public void It_is_renewed_before_it_runs_out_without_a_restart_under_the_same_CA()
    {
        using var certificates = Open();
        var (first, authority) = (certificates.Server, File.ReadAllText(certificates.AuthorityFile!));
        _clock.Advance(TimeSpan.FromDays(366));
        Assert.Equal(first.Thumbprint, certificates.Server.Thumbprint);

        _clock.Advance(TimeSpan.FromDays(2));

        Assert.NotEqual(first.Thumbprint, certificates.Server.Thumbprint);
        Assert.Equal(first.Issuer, certificates.Server.Issuer);
        Assert.Equal(authority, File.ReadAllText(certificates.AuthorityFile!));
    }

    [Fact]
    public void A_new_name_makes_a_new_certificate_at_the_next_start()
    {
        string first;
        using (var certificates = Open()) first = certificates.Server.Thumbprint;

        using var renamed = Open(o => o.Domain = "home.example.org");

        Assert.NotEqual(first, renamed.Server.Thumbprint);
        Assert.True(renamed.Server.MatchesHostname("things.home.example.org"));
    }

    [Theory]
    [InlineData("ca.key")]
    [InlineData("ca.pem")]
    public void Half_a_CA_is_an_error_with_its_remedy_and_never_replaced_in_silence(string missing)
    {
        using (Open())
        {
            // made
        }

        File.Delete(_folder.File(missing));

        var error = Assert.Throws<InvalidOperationException>(() => Open());
        Assert.Contains("Restore both files from a backup", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File(missing)));
    }

    [Fact]
    public void A_damaged_server_certificate_is_made_anew()
    {
        using (Open())
        {
            // made
        }

        File.WriteAllText(_folder.File("server.pem"), "damaged");

        using var again = Open();
        Assert.True(again.Server.HasPrivateKey);
    }

    [Fact]
    public void Configured_files_are_used_and_read_again_when_they_change()
    {
        using var other = new TempFolder();
        CopyMade(other, "a.example.org");
        using var certificates = Open(o => (o.CertificateFile, o.KeyFile) = (other.File("cert.pem"), other.File("key.pem")));
        Assert.True(certificates.Server.MatchesHostname("a.example.org"));
        Assert.Null(certificates.AuthorityFile);

        CopyMade(other, "b.example.org");
        File.SetLastWriteTimeUtc(other.File("cert.pem"), new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.True(certificates.Server.MatchesHostname("b.example.org"));
    }

    [Fact]
    public void Configured_files_that_cannot_be_read_are_an_error_with_both_keys()
    {
        File.WriteAllText(_folder.File("bad.pem"), "not a certificate");

        var error = Assert.Throws<InvalidOperationException>(() => Open(o => (o.CertificateFile, o.KeyFile) = (_folder.File("bad.pem"), _folder.File("bad.pem"))));

        Assert.Contains("tls:certificateFile", error.Message, StringComparison.Ordinal);
        Assert.Contains("tls:keyFile", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("validDays", "tls:validDays is 1: give 2 to 825")]
    [InlineData("renewDays", "tls:renewDays is 500: give 1 to less than tls:validDays (397).")]
    [InlineData("names", "tls:names contains \"not a name\"")]
    [InlineData("domain", "things:domain is \"a b\"")]
    [InlineData("half", "tls:certificateFile and tls:keyFile belong together")]
    [InlineData("missing", "tls:certificateFile is \"/nowhere.pem\", which is not there")]
    public void Settings_that_cannot_be_are_named_with_their_remedy(string which, string error)
    {
        var options = new LocalCertificateOptions();
        switch (which)
        {
            case "validDays": options.ValidDays = 1; break;
            case "renewDays": options.RenewDays = 500; break;
            case "names": options.Names.Add("not a name"); break;
            case "domain": options.Domain = "a b"; break;
            case "half": options.KeyFile = _folder.Path; break;
            default: (options.CertificateFile, options.KeyFile) = ("/nowhere.pem", "/nowhere.key"); break;
        }

        Assert.Contains(error, new LocalCertificateOptionsValidator().Validate(null, options).FailureMessage, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private LocalCertificates Open(Action<LocalCertificateOptions>? configure = null)
    {
        var options = new LocalCertificateOptions { Folder = _folder.Path };
        configure?.Invoke(options);
        return new(Options.Create(options), _clock, NullLogger<LocalCertificates>.Instance);
    }

    private void CopyMade(TempFolder target, string domain)
    {
        using var source = new TempFolder();
        using (new LocalCertificates(
            Options.Create(new LocalCertificateOptions { Folder = source.Path, Domain = domain }), _clock, NullLogger<LocalCertificates>.Instance))
        {
            File.Copy(source.File("server.pem"), target.File("cert.pem"), overwrite: true);
            File.Copy(source.File("server.key"), target.File("key.pem"), overwrite: true);
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
