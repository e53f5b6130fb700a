using System.Security.Cryptography.X509Certificates;

namespace Edge.Xmpp.Client;

/// <summary>Where and as whom a client signs in.</summary>
public sealed record XmppClientOptions
{
    /// <summary>Host name or address to connect to.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port.</summary>
    public int Port { get; init; } = 5222;

    /// <summary>The domain of the account; the server's certificate must be for it.</summary>
    public required string Domain { get; init; }

    /// <summary>The local part of the account's address.</summary>
    public required string User { get; init; }

    /// <summary>The account's password; it is never sent, only proven (SCRAM).</summary>
    public required string Password { get; init; }

    /// <summary>The resource to ask for; null lets the server make one.</summary>
    public string? Resource { get; init; }

    /// <summary>The CA that the server's certificate must come from; null trusts what the operating system trusts.</summary>
    public X509Certificate2? Authority { get; init; }

    /// <summary>Signs in without TLS where the server offers none, or lets us. For loopback only: without TLS anybody on the way reads along.</summary>
    public bool AllowPlain { get; init; }

    /// <summary>The connection begins with TLS (XEP-0368), instead of STARTTLS.</summary>
    public bool DirectTls { get; init; }

    /// <summary>The mechanism to use; null takes the strongest SCRAM on offer, one that is bound to the TLS (<c>-PLUS</c>) before one that is not.</summary>
    public string? Mechanism { get; init; }

    /// <summary>How long connecting and signing in may take.</summary>
    public TimeSpan LoginTimeout { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>The server refused, or broke off.</summary>
/// <param name="condition">The defined condition of SASL, stream or stanza error; or a word of our own where the peer gave none.</param>
/// <param name="message">For people.</param>
public sealed class XmppClientException(string condition, string message) : Exception(message)
{
    /// <summary>The condition, such as <c>not-authorized</c>.</summary>
    public string Condition { get; } = condition;
}
