using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

using Edge.Storage;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Identity.Registration;

/// <summary>Keys as documents. A signature can only be checked with the secret itself, so it is kept, locked away.</summary>
internal sealed partial class RegistrationKeys : IRegistrationKeys, IDisposable
{
    private const int IdBytes = 12;
    private const int SecretBytes = 32;
    private const int MaxLabel = 100;
    private const int MostDays = 36_500;

    private readonly IStore<Kept> _store;
    private readonly SecretBox _box;
    private readonly RegistrationOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<RegistrationKeys> _logger;
    private readonly SemaphoreSlim _changing = new(1);
    private readonly ConcurrentDictionary<string, Kept> _keys = new(StringComparer.Ordinal);

    public RegistrationKeys(
        IStorage storage, IDataProtectionProvider protection, IOptions<RegistrationOptions> options, TimeProvider clock, ILogger<RegistrationKeys> logger)
    {
        (_store, _box) = (storage.Open<Kept>("registration-keys"), new(protection, "Edge.Identity.RegistrationKeys"));
        (_options, _clock, _logger) = (options.Value, clock, logger);
    }

    public bool IsAnyGood
    {
        get
        {
            var now = _clock.GetUtcNow();
            foreach (var (_, kept) in _keys)
                if (kept.Key.FaultAt(now) == RegistrationKeyError.None) return true;

            return false;
        }
    }

    /// <summary>Reads them: whether registration is offered is asked for every stream.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        await foreach (var (id, kept) in _store.ListAsync(cancel: cancel).ConfigureAwait(false)) _keys[id] = kept;
    }

    public async Task<(GivenRegistrationKey? Given, RegistrationKeyError Error)> CreateAsync(
        string label, int quota, int days, string by, CancellationToken cancel = default)
    {
        if (label.Trim() is not { Length: > 0 and <= MaxLabel } text || text.Any(char.IsControl)) return (null, RegistrationKeyError.BadLabel);
        if (quota < 1 || quota > _options.MaxQuota) return (null, RegistrationKeyError.BadQuota);
        if (days is < 0 or > MostDays) return (null, RegistrationKeyError.BadExpiry);

        var now = _clock.GetUtcNow();
        DateTimeOffset? end = days == 0 ? null : now.AddDays(days);
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        var key = new RegistrationKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), text, quota, 0, now, end, true) { CreatedBy = by };
        await _changing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_keys.Count >= _options.MaxKeys) return (null, RegistrationKeyError.TooMany);

            await SaveAsync(new(key, _box.Lock(Encoding.ASCII.GetBytes(secret))), cancel).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }

        LogCreated(key.Id, key.Label, by, key.Quota);
        return (new(key, secret), RegistrationKeyError.None);
    }

    public Task<IReadOnlyList<RegistrationKey>> ListAsync(CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlyList<RegistrationKey>>([.. _keys.Values.Select(k => k.Key).OrderBy(k => k.CreatedAt).ThenBy(k => k.Id, StringComparer.Ordinal)]);

    public async Task<RegistrationKeyError> SwitchAsync(string id, bool isEnabled, CancellationToken cancel = default)
    {
        var error = await ChangeAsync(id, key => (key with { IsEnabled = isEnabled }, RegistrationKeyError.None), cancel).ConfigureAwait(false);
        if (error == RegistrationKeyError.None) LogSwitched(id, isEnabled);
        return error;
    }

    public async Task<RegistrationKeyError> RevokeAsync(string id, CancellationToken cancel = default)
    {
        await _changing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (!_keys.ContainsKey(id)) return RegistrationKeyError.NotFound;

            await _store.DeleteAsync(id, cancel).ConfigureAwait(false);
            _keys.TryRemove(id, out _);
        }
        finally
        {
            _changing.Release();
        }

        LogRevoked(id);
        return RegistrationKeyError.None;
    }

    public ValueTask<string?> SecretOfAsync(string id, CancellationToken cancel = default) =>
        new(_keys.TryGetValue(id, out var kept) ? Encoding.ASCII.GetString(_box.Unlock(kept.Secret)) : null);

    public Task<RegistrationKeyError> TakeAsync(string id, CancellationToken cancel = default) => ChangeAsync(
        id,
        key => key.FaultAt(_clock.GetUtcNow()) is var fault && fault != RegistrationKeyError.None
            ? (key, fault)
            : (key with { Used = key.Used + 1, UsedAt = _clock.GetUtcNow() }, RegistrationKeyError.None),
        cancel);

    public Task GiveBackAsync(string id, CancellationToken cancel = default) =>
        ChangeAsync(id, key => (key with { Used = Math.Max(0, key.Used - 1) }, RegistrationKeyError.None), cancel);

    public void Dispose() => _changing.Dispose();

    private async Task<RegistrationKeyError> ChangeAsync(
        string id, Func<RegistrationKey, (RegistrationKey Key, RegistrationKeyError Error)> change, CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (!_keys.TryGetValue(id, out var kept)) return RegistrationKeyError.NotFound;

            var (key, error) = change(kept.Key);
            if (error == RegistrationKeyError.None) await SaveAsync(kept with { Key = key }, cancel).ConfigureAwait(false);
            return error;
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task SaveAsync(Kept kept, CancellationToken cancel)
    {
        await _store.SaveAsync(kept.Key.Id, kept, cancel).ConfigureAwait(false);
        _keys[kept.Key.Id] = kept;
    }

    [LoggerMessage(EventId = 1110, Level = LogLevel.Information, Message = "{By} made the registration key {Key} ({Label}) for {Quota} accounts")]
    private partial void LogCreated(string key, string label, string by, int quota);

    [LoggerMessage(EventId = 1111, Level = LogLevel.Information, Message = "The registration key {Key} is switched: on is {IsOn}")]
    private partial void LogSwitched(string key, bool isOn);

    [LoggerMessage(EventId = 1112, Level = LogLevel.Information, Message = "The registration key {Key} is revoked")]
    private partial void LogRevoked(string key);

    internal sealed record Kept(RegistrationKey Key, byte[] Secret);
}
