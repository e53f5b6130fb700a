namespace Edge.Things.Addresses;

/// <summary>Code points that are valid only beside certain others (RFC 5892 appendix A). Joiners are taken behind a virama; the rule by joining types, which
/// would allow more of them, is not served: such an address is refused.</summary>
internal static class ContextRules
{
    private const int Virama = 9; // a canonical combining class

    /// <summary>True where the code point at <paramref name="at"/> is contextual, and its context is right.</summary>
    public static bool Allow(List<int> text, int at) => text[at] switch
    {
        0x200C or 0x200D => at > 0 && UnicodeFacts.Instance.CombiningClass(text[at - 1]) == Virama,
        0x00B7 => At(text, at - 1) == 'l' && At(text, at + 1) == 'l',
        0x0375 => IsGreek(At(text, at + 1)),
        0x05F3 or 0x05F4 => IsHebrew(At(text, at - 1)),
        0x30FB => text.Exists(IsJapanese),
        >= 0x0660 and <= 0x0669 => !text.Exists(c => c is >= 0x06F0 and <= 0x06F9),
        >= 0x06F0 and <= 0x06F9 => !text.Exists(c => c is >= 0x0660 and <= 0x0669),
        _ => false,
    };

    private static int At(List<int> text, int at) => at >= 0 && at < text.Count ? text[at] : 0;

    private static bool IsGreek(int c) => c is (>= 0x0370 and <= 0x03FF) or (>= 0x1F00 and <= 0x1FFF);

    private static bool IsHebrew(int c) => c is (>= 0x0591 and <= 0x05F4) or (>= 0xFB1D and <= 0xFB4F);

    // Hiragana, Katakana or Han.
    private static bool IsJapanese(int c) => c is (>= 0x3041 and <= 0x309F) or (>= 0x30A1 and <= 0x30FA) or (>= 0x30FC and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF)
        or 0x3005 or 0x3007 or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF);
}
