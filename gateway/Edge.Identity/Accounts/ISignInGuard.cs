using System.Net;

namespace Edge.Identity.Accounts;

/// <summary>Counts guesses over every protocol together: who was refused by one server is not heard at another.</summary>
public interface ISignInGuard
{
    /// <summary>Null where a try is allowed; else which limit holds it up, with what helps, for the log.</summary>
    /// <param name="name">The account's name as claimed; null where nothing is claimed yet.</param>
    /// <param name="from">Where the try comes from; null for unknown, which counts as one address.</param>
    SignInRefusal? Check(string? name, IPAddress? from);

    /// <summary>Counts a wrong proof.</summary>
    void Failed(string? name, IPAddress? from);

    /// <summary>Notes where an account signed in from: its owner goes on from there while somebody else guesses.</summary>
    void Succeeded(string name, IPAddress? from);
}

/// <summary>A try that is not heard.</summary>
/// <param name="Error">Which limit.</param>
/// <param name="Detail">The limit's key and what helps.</param>
public sealed record SignInRefusal(PasswordError Error, string Detail);

/// <summary>Counts failures minute by minute, by address and by account.</summary>
internal sealed class SignInGuard : ISignInGuard
{
    private const string NoName = "(no name)"; // what no account can be called counts as one, however long it is

    private readonly IdentityOptions _options;
    private readonly BoundedCache<(string Account, string Address), bool> _places;
    private readonly FailureCounts _byAddress;
    private readonly FailureCounts _byAccount;

    public SignInGuard(Microsoft.Extensions.Options.IOptions<IdentityOptions> options, TimeProvider clock)
    {
        _options = options.Value;
        _places = new(_options.PasswordCacheEntries);
        _byAddress = new(_options.SignInFailuresPerAddress, clock);
        _byAccount = new(_options.SignInFailuresPerAccount, clock);
    }

    public SignInRefusal? Check(string? name, IPAddress? from)
    {
        var address = ClientNetwork.Of(from);
        var isGuessed = name is not null && _byAccount.IsOver(KeyOf(name));
        var isKnown = name is not null && _places.TryGet((KeyOf(name), address), out _);
        // A device with a wrong password must not shut out its owner, who shares its address and is to mend it.
        if (_byAddress.IsOver(address) && (isGuessed || !isKnown))
            return new(PasswordError.TooManyFromAddress, $"Its address had identity:signInFailuresPerAddress ({_options.SignInFailuresPerAddress}) wrong passwords within a minute: let it wait, and look who it is.");

        // Whoever signed in from an address before goes on from there; a guesser elsewhere learns nothing, not even from what is remembered.
        if (isGuessed && !isKnown)
            return new(PasswordError.TooManyForAccount, $"The account had identity:signInFailuresPerAccount ({_options.SignInFailuresPerAccount}) wrong passwords within a minute: let it wait, and look who tries.");

        return null;
    }

    public void Failed(string? name, IPAddress? from)
    {
        _byAddress.Add(ClientNetwork.Of(from));
        if (name is not null) _byAccount.Add(KeyOf(name));
    }

    public void Succeeded(string name, IPAddress? from) => _places.Set((KeyOf(name), ClientNetwork.Of(from)), true);

    private static string KeyOf(string name) => AccountStore.IsName(name) ? AccountStore.Key(name) : NoName;
}
