using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

using Edge.Identity.Accounts;

namespace Edge.Tests.Xmpp;

/// <summary>Accounts in memory, with keys of few iterations: quick, and the same arithmetic.</summary>
internal sealed class TestAccounts : IAccounts
{
    private readonly ConcurrentDictionary<string, Account> _accounts = new(StringComparer.OrdinalIgnoreCase);

    public static string PasswordOf(string name) => "password of " + name;

    public TestAccounts With(params string[] names)
    {
        foreach (var name in names) Put(name, false);
        return this;
    }

    public void Put(string name, bool isDisabled) => _accounts[name] = new(name, Roles.None, default)
    {
        ScramSha1 = Keys(HashAlgorithmName.SHA1, 20, PasswordOf(name)),
        ScramSha256 = Keys(HashAlgorithmName.SHA256, 32, PasswordOf(name)),
        ScramSha512 = Keys(HashAlgorithmName.SHA512, 64, PasswordOf(name)),
        IsDisabled = isDisabled,
    };

    public ValueTask<Account?> FindAsync(string name, CancellationToken cancel = default) => new(_accounts.GetValueOrDefault(name));

    public Task<AccountError> CreateAsync(string name, string password, Roles roles, CancellationToken cancel = default) => throw new NotSupportedException();

    public IAsyncEnumerable<Account> ListAsync(CancellationToken cancel = default) => throw new NotSupportedException();

    private static ScramKeys Keys(HashAlgorithmName hash, int length, string password)
    {
        const int Iterations = 16;
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, Iterations, hash, length);
        var clientKey = CryptographicOperations.HmacData(hash, salted, "Client Key"u8);
        return new(salt, Iterations, CryptographicOperations.HashData(hash, clientKey), CryptographicOperations.HmacData(hash, salted, "Server Key"u8));
    }
}
