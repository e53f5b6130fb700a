namespace Edge.Things.Registry;

/// <summary>
/// The thing registry (XEP-0347): who owns which thing, and how a thing is found. A record is unclaimed (it has a KEY), or claimed.
/// </summary>
public interface IThingRegistry
{
    /// <summary>Registers or re-registers a thing. The result names the owner where it is claimed already; nothing is stored then.</summary>
    Task<RegisterResult> RegisterAsync(ThingId id, IReadOnlyList<Tag> tags, bool selfOwned = false, CancellationToken cancel = default);

    /// <summary>Claims the unclaimed thing whose full set of tags, KEY included, is <paramref name="tags"/>. Null where there is none:
    /// the reason is not told, so that nobody can guess keys tag by tag.</summary>
    Task<Thing?> ClaimAsync(Jid owner, IReadOnlyList<Tag> tags, bool isPublic = true, CancellationToken cancel = default);

    /// <summary>Merges tags into a claimed thing; a tag with an empty text is removed.</summary>
    Task<UpdateResult> UpdateAsync(ThingId id, Jid? onBehalfOf, IReadOnlyList<Tag> tags, CancellationToken cancel = default);

    /// <summary>Takes the owner's thing out of searches; he stays its owner. False where he does not own it.</summary>
    Task<bool> RemoveAsync(Jid owner, ThingId id, CancellationToken cancel = default);

    /// <summary>Forgets the registration, whoever owns it; called by the thing itself. Never fails.</summary>
    Task UnregisterAsync(ThingId id, CancellationToken cancel = default);

    /// <summary>Gives the thing up: no owner, a new random KEY. False where <paramref name="owner"/> does not own it.</summary>
    Task<bool> DisownAsync(Jid owner, ThingId id, CancellationToken cancel = default);

    /// <summary>The record of a thing, or null.</summary>
    Thing? Find(ThingId id);

    /// <summary>The things of an owner, by name.</summary>
    IReadOnlyList<Thing> OwnedBy(Jid owner);

    /// <summary>All things, for the operator.</summary>
    IReadOnlyList<Thing> All { get; }
}

/// <summary>The outcome of a registration: <paramref name="Owner"/> is set where the thing is claimed already.</summary>
public sealed record RegisterResult(Jid? Owner, bool IsPublic)
{
    /// <summary>Why nothing was stored: what is wrong with the tags, or which limit is reached. Null where all is well.</summary>
    public string? Refusal { get; init; }
}

/// <summary>The outcome of an update.</summary>
public enum UpdateResult
{
    /// <summary>Stored.</summary>
    Updated,

    /// <summary>No such thing, or not the caller's.</summary>
    NotFound,

    /// <summary>The thing has no owner; nothing was stored.</summary>
    Unclaimed,

    /// <summary>A tag is not in order, or there would be too many (things:maxTagsPerThing); nothing was stored.</summary>
    Refused,
}
