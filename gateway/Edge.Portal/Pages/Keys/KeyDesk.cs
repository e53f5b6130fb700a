using System.Security.Cryptography;

using Edge.Identity.Registration;

namespace Edge.Portal.Pages.Keys;

/// <summary>Makes keys, and keeps the secret of a new one for the one page that shows it.</summary>
internal sealed class KeyDesk(IRegistrationKeys keys, IKeyRequests requests)
{
    private const int MostKept = 16; // one operator reads one page; the oldest that nobody fetched goes

    private readonly Lock _lock = new();
    private readonly Queue<(string Code, GivenRegistrationKey Key)> _kept = new();

    /// <summary>Makes a key that ends after so many days; 0 for never.</summary>
    /// <returns>The code by which the next page shows it, or what is wrong.</returns>
    public async Task<(string? Code, RegistrationKeyError Error)> MakeAsync(string label, int quota, int days, string by, CancellationToken cancel) =>
        Keep(await keys.CreateAsync(label, quota, days, by, cancel));

    /// <summary>Makes the key that somebody asked for.</summary>
    /// <returns>As above.</returns>
    public async Task<(string? Code, RegistrationKeyError Error)> ConfirmAsync(string request, int quota, int days, string by, CancellationToken cancel) =>
        Keep(await requests.ConfirmAsync(request, quota, days, by, cancel));

    /// <summary>The key of a code, once; null where there is none.</summary>
    public GivenRegistrationKey? Take(string? code)
    {
        lock (_lock)
        {
            var found = _kept.FirstOrDefault(k => k.Code == code);
            if (found.Key is null) return null;

            var others = _kept.Where(k => k.Code != code).ToList();
            _kept.Clear();
            foreach (var other in others) _kept.Enqueue(other);
            return found.Key;
        }
    }

    private (string? Code, RegistrationKeyError Error) Keep((GivenRegistrationKey? Given, RegistrationKeyError Error) made)
    {
        if (made.Given is not { } key) return (null, made.Error);

        var code = RandomNumberGenerator.GetHexString(32, lowercase: true);
        lock (_lock)
        {
            while (_kept.Count >= MostKept) _kept.Dequeue();
            _kept.Enqueue((code, key));
        }

        return (code, RegistrationKeyError.None);
    }
}
