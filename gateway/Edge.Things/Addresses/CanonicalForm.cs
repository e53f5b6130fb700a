namespace Edge.Things.Addresses;

/// <summary>Normalization form C (Unicode Standard Annex 15) over code points.</summary>
internal static class CanonicalForm
{
    // Hangul syllables are composed by arithmetic (The Unicode Standard, §3.12).
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    private const int Leads = 19, Vowels = 21, Tails = 28;

    /// <summary>The text in form C.</summary>
    public static List<int> Compose(List<int> text)
    {
        var facts = UnicodeFacts.Instance;
        List<int> parts = new(text.Count);
        foreach (var c in text) Decompose(c, parts, facts);
        Order(parts, facts);
        return Join(parts, facts);
    }

    private static void Decompose(int c, List<int> into, UnicodeFacts facts)
    {
        if (c is >= HangulBase and < HangulBase + (Leads * Vowels * Tails))
        {
            var syllable = c - HangulBase;
            into.Add(LeadBase + (syllable / (Vowels * Tails)));
            into.Add(VowelBase + (syllable % (Vowels * Tails) / Tails));
            if (syllable % Tails > 0) into.Add(TailBase + (syllable % Tails));
        }
        else if (facts.TryDecompose(c, out var first, out var second))
        {
            Decompose(first, into, facts);
            if (second > 0) Decompose(second, into, facts);
        }
        else into.Add(c);
    }

    /// <summary>Marks of one character in the order of their classes; those of the same class stay as they are.</summary>
    private static void Order(List<int> parts, UnicodeFacts facts)
    {
        for (var i = 1; i < parts.Count; i++)
        {
            var (mark, order) = (parts[i], facts.CombiningClass(parts[i]));
            if (order == 0) continue;

            var at = i;
            for (; at > 0 && facts.CombiningClass(parts[at - 1]) > order; at--) parts[at] = parts[at - 1];
            parts[at] = mark;
        }
    }

    private static List<int> Join(List<int> parts, UnicodeFacts facts)
    {
        List<int> text = new(parts.Count);
        var (starter, last) = (-1, -1); // the place of the character that marks may join, and the class of the mark before
        foreach (var c in parts)
        {
            var order = facts.CombiningClass(c);
            // Blocked where a mark of the same class, or what begins a character, stands between.
            if (starter >= 0 && (last < order || last == -1) && Pair(text[starter], c, facts) is var joined and > 0)
            {
                text[starter] = joined;
                continue;
            }

            if (order == 0) (starter, last) = (text.Count, -1);
            else last = order;
            text.Add(c);
        }

        return text;
    }

    private static int Pair(int first, int second, UnicodeFacts facts)
    {
        if (first is >= LeadBase and < LeadBase + Leads && second is >= VowelBase and < VowelBase + Vowels)
            return HangulBase + ((((first - LeadBase) * Vowels) + second - VowelBase) * Tails);
        if (first is >= HangulBase and < HangulBase + (Leads * Vowels * Tails) && (first - HangulBase) % Tails == 0 && second is > TailBase and < TailBase + Tails)
            return first + second - TailBase;
        return facts.Compose(first, second);
    }
}
