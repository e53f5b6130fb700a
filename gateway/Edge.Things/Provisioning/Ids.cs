using System.Security.Cryptography;

namespace Edge.Things.Provisioning;

/// <summary>Identities of rules and questions: random, so that nobody can guess another's, and short, since they travel in addresses.</summary>
internal static class Ids
{
    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
}
