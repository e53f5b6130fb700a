using System.Text.Json.Serialization;

namespace Edge.Things;

/// <summary>A set of field or parameter names, or all of them. Names compare ordinally, as on the wire.</summary>
public sealed record NameSet
{
    /// <summary>Makes a set; <paramref name="names"/> null means all names.</summary>
    [JsonConstructor]
    public NameSet(IReadOnlyList<string>? names) => Names = names?.Distinct(StringComparer.Ordinal).ToArray();

    /// <summary>Every name there is or ever will be.</summary>
    public static NameSet All { get; } = new((IReadOnlyList<string>?)null);

    /// <summary>No name.</summary>
    public static NameSet Empty { get; } = new([]);

    /// <summary>The names, in the order given; null means all.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>True where every name is meant.</summary>
    [JsonIgnore]
    public bool IsAll => Names is null;

    /// <summary>True where no name is meant.</summary>
    [JsonIgnore]
    public bool IsEmpty => Names is { Count: 0 };

    /// <summary>A set of just these names.</summary>
    public static NameSet Of(params IEnumerable<string> names) => new(names.ToArray());

    /// <summary>True where <paramref name="name"/> is in the set.</summary>
    public bool Contains(string name) => Names?.Contains(name, StringComparer.Ordinal) ?? true;

    /// <summary>The names in both sets.</summary>
    public NameSet Intersect(NameSet other) =>
        IsAll ? other : other.IsAll ? this : Of(Names!.Where(other.Contains));

    /// <summary>The names in either set.</summary>
    public NameSet Union(NameSet other) => IsAll || other.IsAll ? All : Of(Names!.Concat(other.Names!));

    /// <summary>The names of this set that are not in <paramref name="other"/>; for an unlimited set, itself unless
    /// <paramref name="other"/> is unlimited too.</summary>
    public NameSet Except(NameSet other) => other.IsAll ? Empty : IsAll ? this : Of(Names!.Where(n => !other.Contains(n)));

    /// <summary>Equal where both hold the same names, in whatever order.</summary>
    public bool Equals(NameSet? other) =>
        other is not null && (IsAll || other.IsAll ? IsAll == other.IsAll : Names!.ToHashSet(StringComparer.Ordinal).SetEquals(other.Names!));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (IsAll) return -1;

        var hash = 0;
        foreach (var name in Names!) hash ^= StringComparer.Ordinal.GetHashCode(name);
        return hash;
    }

    /// <inheritdoc/>
    public override string ToString() => IsAll ? "everything" : string.Join(", ", Names!);
}
