namespace Edge.Things.Addresses;

/// <summary>How a code point runs (Unicode bidirectional class), as far as RFC 5893 asks.</summary>
internal enum Direction
{
    Other = 0,
    RightToLeft = 1,
    LeftToRight = 2,
    EuropeanNumber = 3,
    ArabicNumber = 4,
    Nonspacing = 5,
    Neutral = 6,
}

/// <summary>
/// What addresses need to know of Unicode: the classes of RFC 8264 and RFC 5892, widths, canonical decompositions, directions. The gateway runs without ICU,
/// where .NET does not normalize; <c>tables.py</c> beside this file makes the facts. Read when the first address comes that is not ASCII.
/// </summary>
internal sealed class UnicodeFacts
{
    private static readonly Lazy<UnicodeFacts> Loaded = new(() => new());

    private readonly (int From, int To, int Value)[] _identifier;
    private readonly (int From, int To, int Value)[] _freeform;
    private readonly (int From, int To, int Value)[] _idna;
    private readonly (int From, int To, int Value)[] _combining;
    private readonly (int From, int To, int Value)[] _directions;
    private readonly (int From, int To, int Value)[] _unsteady;
    private readonly Dictionary<int, int> _narrowed = [];
    private readonly Dictionary<int, (int First, int Second)> _decompositions = []; // Second is 0 for a single one
    private readonly Dictionary<(int First, int Second), int> _compositions = [];

    private UnicodeFacts()
    {
        using var stream = typeof(UnicodeFacts).Assembly.GetManifestResourceStream("unicode.bin")!;
        using var reader = new BinaryReader(stream);
        _identifier = Ranges(reader, hasValue: false);
        _freeform = Ranges(reader, hasValue: false);
        _idna = Ranges(reader, hasValue: false);
        Entries(reader, c => _narrowed[c] = c + Signed(reader));
        _combining = Ranges(reader, hasValue: true);
        Entries(reader, c => Decomposition(reader, c));
        _directions = Ranges(reader, hasValue: true);
        _unsteady = Ranges(reader, hasValue: false);
    }

    /// <summary>The one set of facts.</summary>
    public static UnicodeFacts Instance => Loaded.Value;

    /// <summary>Valid in IdentifierClass, whatever is around it.</summary>
    public bool IsIdentifier(int c) => Value(_identifier, c) > 0;

    /// <summary>Valid in FreeformClass, whatever is around it.</summary>
    public bool IsFreeform(int c) => Value(_freeform, c) > 0;

    /// <summary>Valid in a label of IDNA2008, whatever is around it.</summary>
    public bool IsIdna(int c) => Value(_idna, c) > 0;

    /// <summary>The canonical combining class; 0 for what begins a character.</summary>
    public int CombiningClass(int c) => Value(_combining, c);

    /// <summary>How it runs.</summary>
    public Direction DirectionOf(int c) => (Direction)Value(_directions, c);

    /// <summary>Valid in FreeformClass, but SASLprep (RFC 4013) makes something else of it, or does not know it.</summary>
    public bool IsUnsteady(int c) => Value(_unsteady, c) > 0;

    /// <summary>The code point in its usual width (RFC 8264 §5.2.1).</summary>
    public int InUsualWidth(int c) => _narrowed.GetValueOrDefault(c, c);

    /// <summary>One step of canonical decomposition.</summary>
    public bool TryDecompose(int c, out int first, out int second)
    {
        var found = _decompositions.TryGetValue(c, out var parts);
        (first, second) = parts;
        return found;
    }

    /// <summary>The primary composite of two, or 0.</summary>
    public int Compose(int first, int second) => _compositions.GetValueOrDefault((first, second));

    private static (int, int, int)[] Ranges(BinaryReader reader, bool hasValue)
    {
        var ranges = new List<(int, int, int)>();
        Entries(reader, from => ranges.Add((from, from + reader.Read7BitEncodedInt() - 1, hasValue ? reader.Read7BitEncodedInt() : 1)));
        return [.. ranges];
    }

    private static void Entries(BinaryReader reader, Action<int> read)
    {
        var count = reader.Read7BitEncodedInt();
        for (var (i, c) = (0, 0); i < count; i++) read(c += reader.Read7BitEncodedInt());
    }

    private static int Signed(BinaryReader reader)
    {
        var number = reader.Read7BitEncodedInt();
        return (number & 1) == 0 ? number >> 1 : -((number + 1) >> 1);
    }

    private static int Value((int From, int To, int Value)[] ranges, int c)
    {
        var (low, high) = (0, ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (c < ranges[middle].From) high = middle - 1;
            else if (c > ranges[middle].To) low = middle + 1;
            else return ranges[middle].Value;
        }

        return 0;
    }

    private void Decomposition(BinaryReader reader, int c)
    {
        var head = reader.Read7BitEncodedInt();
        var first = c + Signed(reader);
        var second = head >> 1 == 2 ? c + Signed(reader) : 0;
        _decompositions[c] = (first, second);
        if ((head & 1) == 1) _compositions[(first, second)] = c;
    }
}
