using System.Security.Cryptography;

using Edge.Things;

namespace Edge.Xmpp.Sessions;

/// <summary>What our side of a stream says when it opens (RFC 6120 §4.7); each binding has its own words for it.</summary>
/// <param name="Id">New for each stream, and not to be guessed (§4.7.3).</param>
/// <param name="From">The server's domain.</param>
/// <param name="To">Who the client says it is; null where it says nothing, or nothing that is an address.</param>
/// <param name="Language">The language of texts that we write.</param>
internal sealed record StreamOpening(string Id, string From, string? To, string Language)
{
    // All our texts are English, so that is what we answer, whatever was asked for (§4.7.4).
    private const string OwnLanguage = "en";

    /// <summary>The answer to a client's header.</summary>
    public static StreamOpening Answer(string domain, string? clientSaysItIs) =>
        new(RandomNumberGenerator.GetHexString(20, lowercase: true), domain, Jid.TryParse(clientSaysItIs, out var jid) ? jid.ToString() : null, OwnLanguage);

    /// <summary>Where there is nothing to answer to: for an error that comes before the client's header.</summary>
    public static StreamOpening ToNobody(string domain) => Answer(domain, null);
}
