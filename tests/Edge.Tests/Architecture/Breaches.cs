namespace Edge.Tests.Architecture;

/// <summary>Names every place that breaks a rule, not only the first.</summary>
internal static class Breaches
{
    /// <summary>Fails with the list, one a line.</summary>
    public static void None(IEnumerable<string> breaches)
    {
        var found = breaches.Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }
}
