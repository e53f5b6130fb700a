namespace Edge.Identity.Pending;

/// <summary>What an unknown device seems to be.</summary>
public enum PendingKind
{
    /// <summary>Some client: it needs a credential.</summary>
    Client,

    /// <summary>A node that wants to be trusted, and is not in the factory manifest.</summary>
    Node,
}

/// <summary>A device that nobody knows and that asked to be let in.</summary>
/// <param name="ClientId">What it calls itself; nothing proves it.</param>
/// <param name="Address">Where it comes from, without the port.</param>
/// <param name="Kind">What it seems to be.</param>
/// <param name="Tried">What it tried, in a few words.</param>
/// <param name="Count">How often.</param>
/// <param name="FirstSeen">When first.</param>
/// <param name="LastSeen">When last.</param>
public sealed record PendingDevice(
    string ClientId, string Address, PendingKind Kind, string Tried, int Count, DateTimeOffset FirstSeen, DateTimeOffset LastSeen);

/// <summary>A device that an operator does not want to hear of any more.</summary>
/// <param name="ClientId">What it calls itself.</param>
/// <param name="Address">Where it comes from.</param>
/// <param name="At">Since when.</param>
public sealed record DeniedDevice(string ClientId, string Address, DateTimeOffset At);

/// <summary>The devices that were refused because nobody knows them, until an operator allows or denies them. Protocols tell, people decide.</summary>
public interface IPendingDevices
{
    /// <summary>Those that wait, the last seen first.</summary>
    IReadOnlyList<PendingDevice> Waiting { get; }

    /// <summary>Those that were denied, by client identifier.</summary>
    IReadOnlyList<DeniedDevice> Denied { get; }

    /// <summary>A device was refused. Merged with what is known of it by its client identifier and address; what was denied is passed over.</summary>
    void Saw(string clientId, string address, PendingKind kind, string tried);

    /// <summary>True for one that was denied.</summary>
    bool IsDenied(string clientId, string address);

    /// <summary>It is dealt with: it waits no more. False where it did not.</summary>
    bool Remove(string clientId, string address);

    /// <summary>Refuses it from now on without asking anybody. False where <c>identity:pending:maxDenied</c> is reached.</summary>
    Task<bool> DenyAsync(string clientId, string address, CancellationToken cancel = default);

    /// <summary>Takes a denial back. False where there is none.</summary>
    Task<bool> ForgiveAsync(string clientId, string address, CancellationToken cancel = default);
}
