using System.Net;

using Edge.Identity.Accounts;

using Microsoft.Extensions.Logging;

namespace Edge.Identity.Registration;

/// <summary>Makes accounts for whoever has shown a key.</summary>
public interface IRegistrar
{
    /// <summary>Makes an account with a key whose signature was found good, and takes it off the key's quota.</summary>
    Task<(AccountError Account, RegistrationKeyError Key)> RegisterAsync(string keyId, string name, string password, IPAddress? from, CancellationToken cancel = default);
}

/// <summary>Takes the place first, then makes the account: a key never makes more than it may, whatever happens in between.</summary>
internal sealed partial class Registrar(IAccounts accounts, IRegistrationKeys keys, ILogger<Registrar> logger) : IRegistrar
{
    public async Task<(AccountError Account, RegistrationKeyError Key)> RegisterAsync(
        string keyId, string name, string password, IPAddress? from, CancellationToken cancel = default)
    {
        var taken = await keys.TakeAsync(keyId, cancel).ConfigureAwait(false);
        if (taken != RegistrationKeyError.None) return (AccountError.None, taken);

        var made = await accounts.CreateAsync(name, password, Roles.Device, cancel).ConfigureAwait(false);
        if (made != AccountError.None) await keys.GiveBackAsync(keyId, cancel).ConfigureAwait(false);
        else LogRegistered(name, from, keyId);
        return (made, RegistrationKeyError.None);
    }

    [LoggerMessage(EventId = 1114, Level = LogLevel.Information, Message = "{Account} was registered from {Address} with the key {Key}")]
    private partial void LogRegistered(string account, IPAddress? address, string key);
}
