using System.Net;

using Edge.Identity.Accounts;

namespace Edge.Tests.Mqtt.Harness;

/// <summary>Accounts whose password is "password of " and their name.</summary>
internal sealed class FakePasswords : IPasswords
{
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.OrdinalIgnoreCase);

    public event Action<string>? Changed;

    /// <summary>Runs while a password is checked.</summary>
    public Func<Task>? BeforeAnswer { get; set; }

    public FakePasswords With(string name, Roles roles = Roles.None)
    {
        _accounts[name] = new(name, roles, default);
        return this;
    }

    public static string PasswordOf(string name) => "password of " + name;

    public async ValueTask<PasswordResult> CheckAsync(string name, string password, IPAddress? from, CancellationToken cancel = default)
    {
        if (BeforeAnswer is { } wait) await wait();
        return _accounts.TryGetValue(name, out var account) && password == PasswordOf(account.Name)
            ? new(account, PasswordError.None)
            : new(null, PasswordError.Wrong, "Its name or password is wrong.");
    }

    public void Change(string name) => Changed?.Invoke(name);
}
