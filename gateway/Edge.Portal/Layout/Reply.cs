using Microsoft.AspNetCore.Http;

namespace Edge.Portal.Layout;

/// <summary>How a button's action ends: a note, and back to a page (POST, redirect, GET), so that reloading the page does not press the button again.</summary>
internal static class Reply
{
    /// <summary>Leaves <paramref name="note"/> and leads to <paramref name="path"/>, a path of this portal.</summary>
    public static IResult Back(HttpContext http, Notes notes, Note note, string path)
    {
        notes.Leave(http, note);
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = path;
        return Results.Empty;
    }
}
