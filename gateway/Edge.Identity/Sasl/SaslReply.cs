using Edge.Identity.Accounts;

namespace Edge.Identity.Sasl;

/// <summary>What the server says to the client's words: more words, success (with the account, and words that prove the server), or a failure
/// by its condition (RFC 6120 §6.5).</summary>
/// <param name="Text">The words; null for a failure, and for a success that has none.</param>
/// <param name="Failure">The condition of a failure.</param>
/// <param name="Account">Who signed in.</param>
public readonly record struct SaslReply(string? Text, string? Failure, Account? Account)
{
    /// <summary>What exactly is wrong and what helps, for the log and never for the client.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The exchange goes on.</summary>
    public static SaslReply Challenge(string text) => new(text, null, null);

    /// <summary>The client is who it says it is.</summary>
    public static SaslReply Success(string? text, Account account) => new(text, null, account);

    /// <summary>The exchange is over.</summary>
    public static SaslReply Fail(string condition, string detail = "") => new(null, condition, null) { Detail = detail };
}
