using System.Text.Json;
using Edge.Portal.Security;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Edge.Portal.Layout;

/// <summary>One sentence about what the last button did.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="IsProblem">It did not work.</param>
public sealed record Note(string Text, bool IsProblem = false);

/// <summary>Carries a note over the redirect that follows a button, in a protected cookie that the next page takes away.</summary>
internal sealed class Notes(IDataProtectionProvider protection)
{
    private const string Cookie = "edge-note";
    private const int MaxLength = 400; // a longer one would not be read, and the cookie must stay small
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly IDataProtector _protector = protection.CreateProtector("Edge.Portal.Notes");

    /// <summary>Leaves a note for the next page.</summary>
    public void Leave(HttpContext http, Note note)
    {
        var text = note.Text.Length <= MaxLength ? note.Text : note.Text[..(MaxLength - 1)] + "…";
        http.Response.Cookies.Append(
            Cookie, _protector.Protect(JsonSerializer.Serialize(note with { Text = text })), PortalCookies.Options(http, Lifetime));
    }

    /// <summary>Takes the note of the page before; null where there is none.</summary>
    public Note? Take(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 0 } value || http.Response.HasStarted) return null;

        http.Response.Cookies.Delete(Cookie, PortalCookies.Options(http, null));
        try
        {
            return JsonSerializer.Deserialize<Note>(_protector.Unprotect(value));
        }
        catch (Exception problem) when (problem is System.Security.Cryptography.CryptographicException or JsonException)
        {
            return null; // another gateway's, or from before its keys changed
        }
    }
}
