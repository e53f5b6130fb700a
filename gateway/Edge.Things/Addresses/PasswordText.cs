namespace Edge.Things.Addresses;

/// <summary>
/// The one form of a password, by OpaqueString (RFC 8265 §4.2). With SCRAM a client derives keys from what it was given, and clients differ: some follow OpaqueString,
/// many the older SASLprep (RFC 4013), some take it as it is typed. A password may therefore be set only where the first two agree.
/// </summary>
public static class PasswordText
{
    /// <summary>The form in which a password is set; null where OpaqueString refuses it (control and invisible characters), or where SASLprep makes something else
    /// of it (½, ligatures, full-width letters), does not know it (what came after Unicode 3.2, such as most emoji), or refuses its mix of directions.</summary>
    public static string? Prepare(string password)
    {
        if (!System.Text.Ascii.IsValid(password)) return Precis.Opaque(password) is { } text && IsSteady(CodePoints.Of(text)!) ? text : null;

        return password.Length > 0 && !password.Any(char.IsControl) ? password : null;
    }

    /// <summary>The form in which a password is checked; what OpaqueString refuses stays as it is, and opens nothing.</summary>
    public static string Normalize(string password) => System.Text.Ascii.IsValid(password) ? password : Precis.Opaque(password) ?? password;

    private static bool IsSteady(List<int> text)
    {
        var facts = UnicodeFacts.Instance;
        if (text.Exists(c => c is 0x1806 or 0x200C or 0x200D || facts.IsUnsteady(c))) return false; // RFC 3454 table B.1 leaves these out
        if (!text.Exists(IsRightToLeft)) return true;

        // RFC 3454 §6: nothing from left to right beside it, and it begins and ends the text.
        return !text.Exists(c => facts.DirectionOf(c) == Direction.LeftToRight) && IsRightToLeft(text[0]) && IsRightToLeft(text[^1]);

        bool IsRightToLeft(int c) => facts.DirectionOf(c) == Direction.RightToLeft;
    }
}
