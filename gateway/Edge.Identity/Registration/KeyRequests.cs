using System.Collections.Concurrent;
using System.Security.Cryptography;

using Edge.Storage;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Identity.Registration;

/// <summary>Somebody asks for a key. What he says of himself is not proved.</summary>
/// <param name="Id">By which it is answered.</param>
/// <param name="Name">Who asks.</param>
/// <param name="Contact">Where the operator finds him.</param>
/// <param name="Purpose">What the key is for.</param>
/// <param name="Accounts">How many accounts he means to make.</param>
/// <param name="Address">Where the request came from.</param>
/// <param name="At">When.</param>
public sealed record KeyRequest(string Id, string Name, string Contact, string Purpose, int Accounts, string Address, DateTimeOffset At);

/// <summary>How a request was taken.</summary>
public enum KeyRequestError
{
    /// <summary>An operator will see it.</summary>
    None,

    /// <summary>Requests are not taken here (<c>identity:registration:requests</c>).</summary>
    NotTaken,

    /// <summary>Something is missing or too long, or the number is out of range.</summary>
    Malformed,

    /// <summary>Too many wait already (<c>identity:registration:maxRequests</c>), or three from this address do.</summary>
    TooMany,
}

/// <summary>Requests for registration keys, until an operator answers them.</summary>
public interface IKeyRequests
{
    /// <summary>True where requests are taken.</summary>
    bool AreTaken { get; }

    /// <summary>Those that wait, the oldest first.</summary>
    IReadOnlyList<KeyRequest> Waiting { get; }

    /// <summary>Takes a request.</summary>
    Task<KeyRequestError> AskAsync(string name, string contact, string purpose, int accounts, string address, CancellationToken cancel = default);

    /// <summary>Makes the key that was asked for and takes the request off the list, both or neither, and once however many answer it at the same time.</summary>
    /// <param name="id">The request.</param>
    /// <param name="quota">How many accounts the key makes; null for as many as were asked for.</param>
    /// <param name="days">How many days it is good: up to 36500, or 0 for ever.</param>
    /// <param name="by">Who answers.</param>
    /// <param name="cancel">Gives up.</param>
    Task<(GivenRegistrationKey? Given, RegistrationKeyError Error)> ConfirmAsync(string id, int? quota, int days, string by, CancellationToken cancel = default);

    /// <summary>Takes a request off the list without a key; null where it is not there.</summary>
    Task<KeyRequest?> DenyAsync(string id, CancellationToken cancel = default);
}

/// <summary>Requests as documents: an operator may look a week later.</summary>
internal sealed partial class KeyRequests(
    IStorage storage, IRegistrationKeys keys, IOptions<RegistrationOptions> options, TimeProvider clock, ILogger<KeyRequests> logger) : IKeyRequests, IDisposable
{
    private const int MostText = 100;
    private const int MostPurpose = 500;
    private const int MostOfOneAddress = 3;

    private readonly IStore<KeyRequest> _store = storage.Open<KeyRequest>("registration-requests");
    private readonly ConcurrentDictionary<string, KeyRequest> _waiting = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changing = new(1);

    public bool AreTaken => options.Value.Requests;

    public IReadOnlyList<KeyRequest> Waiting => [.. _waiting.Values.Where(r => !IsOld(r)).OrderBy(r => r.At)];

    public async Task LoadAsync(CancellationToken cancel)
    {
        await foreach (var (id, request) in _store.ListAsync(cancel: cancel).ConfigureAwait(false)) _waiting[id] = request;
    }

    public async Task<KeyRequestError> AskAsync(string name, string contact, string purpose, int accounts, string address, CancellationToken cancel = default)
    {
        if (!AreTaken) return KeyRequestError.NotTaken;
        if (!IsLine(name) || !IsLine(contact) || !IsText(purpose) || accounts < 1 || accounts > options.Value.MaxQuota)
            return KeyRequestError.Malformed;

        await _changing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await ForgetAsync(cancel).ConfigureAwait(false);
            if (_waiting.Count >= options.Value.MaxRequests || _waiting.Values.Count(r => r.Address == address) >= MostOfOneAddress) return KeyRequestError.TooMany;

            var request = new KeyRequest(RandomNumberGenerator.GetHexString(16, lowercase: true), name.Trim(), contact.Trim(), purpose.Trim(), accounts, address, clock.GetUtcNow());
            await _store.SaveAsync(request.Id, request, cancel).ConfigureAwait(false);
            _waiting[request.Id] = request;
        }
        finally
        {
            _changing.Release();
        }

        LogAsked(address, accounts);
        return KeyRequestError.None;
    }

    public async Task<(GivenRegistrationKey? Given, RegistrationKeyError Error)> ConfirmAsync(
        string id, int? quota, int days, string by, CancellationToken cancel = default)
    {
        await _changing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (Find(id) is not { } request) return (null, RegistrationKeyError.NoRequest);

            var made = await keys.CreateAsync(request.Name, quota ?? request.Accounts, days, by, cancel).ConfigureAwait(false);
            if (made.Given is { } given) await RemoveOrRevokeAsync(id, given.Key.Id).ConfigureAwait(false);
            return made;
        }
        finally
        {
            _changing.Release();
        }
    }

    // Nobody would see the key that was made.
    private async Task RemoveOrRevokeAsync(string id, string key)
    {
        try
        {
            await RemoveAsync(id, CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            await keys.RevokeAsync(key, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    public async Task<KeyRequest?> DenyAsync(string id, CancellationToken cancel = default)
    {
        await _changing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (Find(id) is not { } request) return null;

            await RemoveAsync(id, cancel).ConfigureAwait(false);
            return request;
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose() => _changing.Dispose();

    private static bool IsLine(string text) => text.Trim().Length is > 0 and <= MostText && !text.Any(char.IsControl);

    private static bool IsText(string text) => text.Trim().Length is > 0 and <= MostPurpose && !text.Any(c => char.IsControl(c) && c is not ('\r' or '\n'));

    private KeyRequest? Find(string id) => _waiting.TryGetValue(id, out var request) && !IsOld(request) ? request : null;

    private async Task RemoveAsync(string id, CancellationToken cancel)
    {
        await _store.DeleteAsync(id, cancel).ConfigureAwait(false);
        _waiting.TryRemove(id, out _);
    }

    private bool IsOld(KeyRequest request) => clock.GetUtcNow() - request.At > TimeSpan.FromDays(options.Value.RequestDays);

    private async Task ForgetAsync(CancellationToken cancel)
    {
        foreach (var old in _waiting.Values.Where(IsOld).ToList()) await RemoveAsync(old.Id, cancel).ConfigureAwait(false);
    }

    [LoggerMessage(EventId = 1113, Level = LogLevel.Information, Message = "Somebody at {Address} asks for a registration key for {Count} accounts: see 'Keys' in the portal, or 'registration requests'")]
    private partial void LogAsked(string address, int count);
}
