using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>Section <c>xmpp:sasl</c>: how clients may sign in.</summary>
public sealed class SaslOptions
{
    /// <summary>Offers PLAIN, inside TLS only. Off: it hands the password over, and every client of today knows SCRAM.</summary>
    public bool Plain { get; set; }

    /// <summary>Offers OAUTHBEARER (RFC 7628), inside TLS only: access tokens of this gateway that carry the scope <c>rw $xmpp</c>.</summary>
    public bool Tokens { get; set; } = true;

    /// <summary>What in a client certificate without an XMPP address of its own (XEP-0178) names the account. None: such certificates sign nobody in.</summary>
    public CertificateAccount CertificateAccount { get; set; } = CertificateAccount.None;

    /// <summary>Milliseconds by which the answer to a failed try is held back (0 to 5000); from the second of a connection on, twice that. Half a second: a person
    /// does not notice, a guesser does.</summary>
    public int FailureDelayMilliseconds { get; set; } = 500;

    /// <summary>The longest words of a client in bytes (1024 to 65536), base64 not counted. Access tokens have up to two kilobytes.</summary>
    public int MaxMessageBytes { get; set; } = 4096;
}

/// <summary>What in a client certificate names an account, where it has no XMPP address.</summary>
public enum CertificateAccount
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The common name of its subject: an account's name, or its address.</summary>
    CommonName,

    /// <summary>An e-mail address of its alternative names that is an account's address.</summary>
    Email,
}

internal sealed class SaslOptionsValidator : IValidateOptions<SaslOptions>
{
    public ValidateOptionsResult Validate(string? name, SaslOptions options) => new OptionErrors("xmpp:sasl")
        .Range("failureDelayMilliseconds", options.FailureDelayMilliseconds, 0, 5000)
        .Range("maxMessageBytes", options.MaxMessageBytes, 1024, 65_536)
        .Add(Enum.IsDefined(options.CertificateAccount) ? [] : ["xmpp:sasl:certificateAccount is unknown: give none, commonName or email."])
        .Result;
}
