namespace Edge.Things.Addresses;

/// <summary>Text in one form, whichever way it was typed, also where the platform does not normalize.</summary>
public static class NormalText
{
    /// <summary>In Unicode's form C; null where there is half a surrogate pair.</summary>
    public static string? ToFormC(string text) => System.Text.Ascii.IsValid(text)
        ? text
        : CodePoints.Of(text) is { } points ? CodePoints.ToText(CanonicalForm.Compose(points)) : null;
}
