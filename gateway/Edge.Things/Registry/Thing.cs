namespace Edge.Things.Registry;

/// <summary>What a thing says of itself in the registry: a name with a text or a number (XEP-0347 §3.3). Names compare without
/// regard to case; KEY is the claim secret and is never shown.</summary>
public sealed record Tag(string Name, string? Text, double? Number = null);

/// <summary>A registered thing.</summary>
public sealed record Thing(ThingId Id, IReadOnlyList<Tag> Tags, DateTimeOffset RegisteredAt)
{
    /// <summary>Who claimed it; null while unclaimed.</summary>
    public Jid? Owner { get; init; }

    /// <summary>When it was claimed.</summary>
    public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>Whether strangers may find it in a search.</summary>
    public bool IsPublic { get; init; }

    /// <summary>The name people see: the NAME tag, else model and serial number, else its identity.</summary>
    public string Name => Text("NAME") ?? (Text("MODEL") is { } model ? $"{model} {Text("SN")}".TrimEnd() : Id.Node.IsNone ? Id.Jid.ToString() : Id.Node.NodeId);

    /// <summary>The text of a tag, or null.</summary>
    public string? Text(string name) =>
        Tags.FirstOrDefault(t => string.Equals(t.Name, name, StringComparison.OrdinalIgnoreCase))?.Text;
}

/// <summary>Told when an owner has claimed a thing.</summary>
public sealed record ThingClaimed(Thing Thing);

/// <summary>Told when a thing has no owner any more.</summary>
public sealed record ThingDisowned(ThingId Thing, Jid FormerOwner);

/// <summary>Told when an owner has taken a thing out of searches.</summary>
public sealed record ThingRemoved(ThingId Thing, Jid Owner);
