using System.Security.Cryptography;
using System.Text;

namespace Edge.Xmpp.Bosh;

/// <summary>The key sequence of a session (XEP-0124 §15): who has not made it cannot send the next request.</summary>
internal sealed class BoshKeys
{
    private string? _last;

    /// <summary>Checks the key of the next request, and goes on to it.</summary>
    public bool Takes(BoshBody body)
    {
        if (_last is not null && !IsNext(body.Key)) return false;

        _last = body.NewKey ?? (_last is null ? null : body.Key);
        return true;
    }

    // SHA-1 is what the specification has; the sequence protects against nothing that reads more than one request.
    private bool IsNext(string? key)
    {
        if (key is null) return false;

#pragma warning disable CA5350 // XEP-0124 §15.3
        var hash = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(key)));
#pragma warning restore CA5350
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(hash), Encoding.UTF8.GetBytes(_last!.ToLowerInvariant()));
    }
}
