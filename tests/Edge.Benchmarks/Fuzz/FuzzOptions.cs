using System.Globalization;

namespace Edge.Benchmarks.Fuzz;

/// <summary>Options of the fuzzers.</summary>
internal static class FuzzOptions
{
    /// <summary>The number behind <paramref name="name"/>, or <paramref name="otherwise"/>.</summary>
    public static long Number(string[] options, string name, long otherwise)
    {
        var at = Array.IndexOf(options, name);
        return at >= 0 && at + 1 < options.Length ? long.Parse(options[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }
}
