using Microsoft.AspNetCore.Http.HttpResults;

namespace Edge.Gateway.Control;

/// <summary>How a command is told that something was not done.</summary>
internal static class Refusals
{
    /// <summary>Refuses, with the remedy in words.</summary>
    public static ContentHttpResult Wrong(string text) => TypedResults.Text(text, statusCode: StatusCodes.Status400BadRequest);
}
