namespace Edge.Identity.Sasl;

/// <summary>Why signing in fails, by the conditions of RFC 6120 §6.5.</summary>
public static class SaslConditions
{
    /// <summary>The client gave up.</summary>
    public const string Aborted = "aborted";

    /// <summary>The account is disabled. Told only to who has proved to be its owner.</summary>
    public const string AccountDisabled = "account-disabled";

    /// <summary>What it showed was good once.</summary>
    public const string CredentialsExpired = "credentials-expired";

    /// <summary>Only over TLS.</summary>
    public const string EncryptionRequired = "encryption-required";

    /// <summary>No base64.</summary>
    public const string IncorrectEncoding = "incorrect-encoding";

    /// <summary>It may not act as whom it names.</summary>
    public const string InvalidAuthzid = "invalid-authzid";

    /// <summary>A mechanism that is not spoken here.</summary>
    public const string InvalidMechanism = "invalid-mechanism";

    /// <summary>The mechanism's grammar is broken.</summary>
    public const string MalformedRequest = "malformed-request";

    /// <summary>A mechanism that is spoken, but not good enough for this server.</summary>
    public const string MechanismTooWeak = "mechanism-too-weak";

    /// <summary>Wrong.</summary>
    public const string NotAuthorized = "not-authorized";

    /// <summary>Neither right nor wrong: the server cannot or will not tell now.</summary>
    public const string TemporaryAuthFailure = "temporary-auth-failure";
}
