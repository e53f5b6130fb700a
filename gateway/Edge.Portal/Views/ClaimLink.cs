using Edge.Protocol;
using Edge.Things.Registry;
using Microsoft.AspNetCore.WebUtilities;

namespace Edge.Portal.Views;

/// <summary>What somebody pasted, scanned or followed to claim a thing: an <c>iotdisco:</c> URI (XEP-0347), or a portal address that carries one.</summary>
internal static class ClaimLink
{
    /// <summary>The longest URI that is read, with room for the escapes of a link around it.</summary>
    public const int MaxLength = 2 * IotDiscoUri.MaxLength;

    private const string Registry = "R"; // where to claim, not what: no part of the claim (XEP-0347)

    /// <summary>The <c>iotdisco:</c> URI in <paramref name="text"/>, or null where there is none.</summary>
    public static string? UriIn(string? text)
    {
        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength) return null;
        if (text.StartsWith(IotDiscoUri.Scheme, StringComparison.OrdinalIgnoreCase)) return text;

        return Uri.TryCreate(text, UriKind.Absolute, out var link) && link.Scheme is "http" or "https"
               && QueryHelpers.ParseQuery(link.Query).TryGetValue("uri", out var inner)
               && inner.ToString() is { } uri && uri.StartsWith(IotDiscoUri.Scheme, StringComparison.OrdinalIgnoreCase)
            ? uri
            : null;
    }

    /// <summary>The tags that claim the thing, or null where <paramref name="text"/> is no claim: not such a URI, or one without a KEY.</summary>
    public static IReadOnlyList<Tag>? Tags(string? text)
    {
        if (UriIn(text) is not { } uri || IotDiscoUri.Parse(uri) is not { } claim || claim.Find("KEY") is not { Text.Length: > 0 }) return null;

        return
        [
            .. claim.Tags.Where(t => !string.Equals(t.Name, Registry, StringComparison.OrdinalIgnoreCase))
                .Select(t => t.IsNumber ? new Tag(t.Name, null, t.Number) : new Tag(t.Name, t.Text)),
        ];
    }

    /// <summary>The portal address that carries a claim, for any phone's camera.</summary>
    public static string Address(string portal, string uri) => $"{portal.TrimEnd('/')}/claim?uri={Uri.EscapeDataString(uri)}";
}
