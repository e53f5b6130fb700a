using System.Text.Json;

namespace Edge.Identity.Tokens.Foreign;

/// <summary>A key set as it was fetched (RFC 7517 §5). Keys that we cannot use are passed over, as the specification wants.</summary>
internal sealed class VerificationKeys
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly List<VerificationKey> _keys;
    private readonly HashSet<string> _identities;

    private VerificationKeys(List<VerificationKey> keys) => (_keys, _identities) = (keys, [.. keys.Select(k => k.Identity)]);

    /// <summary>How many usable keys there are.</summary>
    public int Count => _keys.Count;

    /// <summary>Reads a key set; null where it is none.</summary>
    public static VerificationKeys? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("keys", out var list)
                || list.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            return new([.. list.EnumerateArray().Select(VerificationKey.Read).OfType<VerificationKey>()]);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The keys that may have made a token's signature: those with its <c>kid</c>, or, where it names none, the only one that fits. A token cannot
    /// make us try key after key.</summary>
    public VerificationKey? Find(string? kid, string algorithm)
    {
        VerificationKey? found = null;
        foreach (var key in _keys)
        {
            if (!key.Fits(algorithm) || (kid is not null && key.Id != kid)) continue;
            if (found is not null) return null; // which of them? An issuer that names two keys alike must be asked to name them apart.

            found = key;
        }

        return found;
    }

    /// <summary>Is a key that an earlier set had still in this one?</summary>
    public bool Holds(VerificationKey key) => _identities.Contains(key.Identity);
}
