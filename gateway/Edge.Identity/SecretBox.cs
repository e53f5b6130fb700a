using System.Security.Cryptography;

using Edge.Storage;

using Microsoft.AspNetCore.DataProtection;

namespace Edge.Identity;

/// <summary>Encrypts what the storage keeps for us but must not show: whoever copies the database alone has nothing.</summary>
internal sealed class SecretBox(IDataProtectionProvider protection, string purpose)
{
    private readonly IDataProtector _protector = protection.CreateProtector(purpose);

    /// <summary>Locks a secret away.</summary>
    public byte[] Lock(byte[] secret) => _protector.Protect(secret);

    /// <summary>Gives a secret back.</summary>
    /// <exception cref="StorageException">The keys do not fit.</exception>
    public byte[] Unlock(byte[] locked)
    {
        try
        {
            return _protector.Unprotect(locked);
        }
        catch (CryptographicException error)
        {
            throw new StorageException("A secret in the database cannot be decrypted: the folder 'keys' in the data folder does not belong to this database. Restore both from the same backup.", error);
        }
    }
}
