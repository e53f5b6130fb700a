namespace Edge.Storage.Log;

/// <summary>One file of a log.</summary>
internal sealed class Segment(SegmentHeader header)
{
    public SegmentHeader Header => header;

    public long Number => header.Number;

    public string Name => NameOf(header.Number);

    /// <summary>Bytes in use: the header and frames.</summary>
    public long Length { get; set; } = SegmentHeader.Size;

    /// <summary>Bytes of records that somebody still needs.</summary>
    public long Live { get; set; }

    public static string NameOf(long number) => FormattableString.Invariant($"{number:000000}.log");

    /// <summary>The number in a file's name; 0 where it is no segment's.</summary>
    public static long NumberOf(string name) =>
        name.EndsWith(".log", StringComparison.Ordinal) && long.TryParse(name.AsSpan(0, name.Length - 4), out var number) && name == NameOf(number) ? number : 0;
}
