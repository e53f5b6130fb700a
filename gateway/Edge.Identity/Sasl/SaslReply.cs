using Edge.Identity.Accounts;

namespace Edge.Identity.Sasl;

/// <summary>What the server says to the client's words: more words, success (with the account, and words that prove the server), or a failure
/// by its condition (RFC 6120 §6.5).</summary>
public readonly record struct SaslReply(string? Text, string? Failure, Account? Account)
{
    /// <summary>The exchange goes on.</summary>
    public static SaslReply Challenge(string text) => new(text, null, null);

    /// <summary>The client is who it says it is.</summary>
    public static SaslReply Success(string text, Account account) => new(text, null, account);

    /// <summary>The exchange is over.</summary>
    public static SaslReply Fail(string condition) => new(null, condition, null);
}
