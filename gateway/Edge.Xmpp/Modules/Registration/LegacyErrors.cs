namespace Edge.Xmpp.Modules.Registration;

/// <summary>Errors with the numbers of old (XEP-0077 §9 wants both, XEP-0086 has the table).</summary>
internal static class LegacyErrors
{
    /// <summary>The error with its number.</summary>
    public static StanzaError Numbered(StanzaError error) => error with { Code = Code(error.Condition) };

    /// <summary>The result, with the number of its error where it is one.</summary>
    public static IqResult Numbered(IqResult result) => result.Error is { } error ? result with { Error = Numbered(error) } : result;

    private static int Code(string condition) => condition switch
    {
        "bad-request" or "unexpected-request" => 400,
        "not-authorized" => 401,
        "forbidden" => 403,
        "not-allowed" => 405,
        "not-acceptable" => 406,
        "registration-required" => 407,
        "conflict" => 409,
        "service-unavailable" => 503,
        _ => 500, // internal-server-error, resource-constraint
    };
}
