namespace Edge.Xmpp.Modules.SignedForms;

/// <summary>The fields of a form that is to be signed (XEP-0348 §2).</summary>
public static class SignedFormFields
{
    /// <summary>Always 1.0.</summary>
    public const string Version = "oauth_version";

    /// <summary>The hash function.</summary>
    public const string Method = "oauth_signature_method";

    /// <summary>Names the form that was given out.</summary>
    public const string Token = "oauth_token";

    /// <summary>A secret of that form.</summary>
    public const string TokenSecret = "oauth_token_secret";

    /// <summary>Something random of the client's.</summary>
    public const string Nonce = "oauth_nonce";

    /// <summary>Seconds since 1970 at the client.</summary>
    public const string Timestamp = "oauth_timestamp";

    /// <summary>The key whose secret signs.</summary>
    public const string ConsumerKey = "oauth_consumer_key";

    /// <summary>The signature.</summary>
    public const string Signature = "oauth_signature";

    /// <summary>The fields with what the server fills in.</summary>
    public static IEnumerable<DataForms.FormField> For(string token, string tokenSecret) =>
    [
        DataForms.FormField.Hidden(Version, "1.0"),
        DataForms.FormField.Hidden(Method, FormSignature.Methods[0]),
        DataForms.FormField.Hidden(Token, token),
        DataForms.FormField.Hidden(TokenSecret, tokenSecret),
        DataForms.FormField.Hidden(Nonce, ""),
        DataForms.FormField.Hidden(Timestamp, ""),
        DataForms.FormField.Hidden(ConsumerKey, ""),
        DataForms.FormField.Hidden(Signature, ""),
    ];
}
