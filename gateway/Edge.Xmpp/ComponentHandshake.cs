using System.Security.Cryptography;
using System.Text;

namespace Edge.Xmpp;

/// <summary>How a component proves that it has the secret (XEP-0114 §3).</summary>
internal static class ComponentHandshake
{
    /// <summary>SHA-1 of the stream's id and the secret, in lower-case hexadecimal. It proves knowledge of the secret for one stream; whoever listens could
    /// search for short secrets.</summary>
    public static string Of(string streamId, string secret) =>
#pragma warning disable CA5350 // The XEP demands SHA-1; the id is new for each stream.
        Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(streamId + secret)));
#pragma warning restore CA5350
}
