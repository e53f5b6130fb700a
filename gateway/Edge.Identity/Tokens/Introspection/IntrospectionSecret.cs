using System.Text;

namespace Edge.Identity.Tokens.Introspection;

/// <summary>Our credentials at an endpoint. Read at each question: a secret that was changed in its file is used at once.</summary>
internal static class IntrospectionSecret
{
    /// <summary>The value of the Authorization header (RFC 6749 §2.3.1: both parts form-encoded, then Basic), or null with what is wrong.</summary>
    public static (string? Basic, string? Fault) Read(IntrospectionOptions options)
    {
        try
        {
            var secret = options.ClientSecretFile.Length > 0
                ? File.ReadAllText(options.ClientSecretFile).TrimEnd('\r', '\n')
                : Environment.GetEnvironmentVariable(options.ClientSecretVariable);
            if (string.IsNullOrEmpty(secret)) return (null, "the client secret is empty");

            return (Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(options.ClientId)}:{Uri.EscapeDataString(secret)}")), null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (null, error.Message);
        }
    }
}
