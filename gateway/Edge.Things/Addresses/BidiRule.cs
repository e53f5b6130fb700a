namespace Edge.Things.Addresses;

/// <summary>The rule for text that runs both ways (RFC 5893 §2): what is shown must not depend on what stands beside it.</summary>
internal static class BidiRule
{
    /// <summary>True where something in it runs from right to left.</summary>
    public static bool IsNeeded(List<int> text) =>
        text.Exists(c => UnicodeFacts.Instance.DirectionOf(c) is Direction.RightToLeft or Direction.ArabicNumber);

    /// <summary>True where it keeps the rule.</summary>
    public static bool Holds(List<int> text)
    {
        var facts = UnicodeFacts.Instance;
        var directions = text.ConvertAll(facts.DirectionOf);
        var first = directions[0];
        if (first is not (Direction.LeftToRight or Direction.RightToLeft)) return false; // 1

        var isLeft = first == Direction.LeftToRight;
        if (!directions.TrueForAll(d => isLeft
            ? d is Direction.LeftToRight or Direction.EuropeanNumber or Direction.Neutral or Direction.Nonspacing // 5
            : d is Direction.RightToLeft or Direction.ArabicNumber or Direction.EuropeanNumber or Direction.Neutral or Direction.Nonspacing)) // 2
        {
            return false;
        }

        var last = directions.FindLast(d => d != Direction.Nonspacing);
        if (isLeft) return last is Direction.LeftToRight or Direction.EuropeanNumber; // 6

        return last is Direction.RightToLeft or Direction.EuropeanNumber or Direction.ArabicNumber // 3
            && !(directions.Contains(Direction.EuropeanNumber) && directions.Contains(Direction.ArabicNumber)); // 4
    }
}
