using Microsoft.Extensions.Options;

namespace Edge.Portal;

/// <summary>Finds everything that is wrong in section <c>portal</c>, each with its remedy.</summary>
internal sealed class PortalOptionsValidator : IValidateOptions<PortalOptions>
{
    public ValidateOptionsResult Validate(string? name, PortalOptions options)
    {
        var errors = new List<string>();
        if (options.PublicUrl.Length > 0 && !IsWebAddress(options.PublicUrl))
            errors.Add($"portal:publicUrl is '{options.PublicUrl}': give an http or https address such as https://edge.local:8443, or nothing.");

        Range("sessionIdleHours", options.SessionIdleHours, 1, 8_760);
        Range("sessionMaxDays", options.SessionMaxDays, 1, 365);
        Range("sessionsPerAccount", options.SessionsPerAccount, 1, 1_000);
        Range("signInAttemptsPerMinute", options.SignInAttemptsPerMinute, 1, 1_000);
        Range("requestsPerMinute", options.RequestsPerMinute, 60, 100_000);
        Range("liveConnectionsPerAccount", options.LiveConnectionsPerAccount, 1, 1_000);
        Range("liveConnections", options.LiveConnections, 1, 10_000);
        Range("liveHeartbeatSeconds", options.LiveHeartbeatSeconds, 1, 300);
        Range("lateAfterSeconds", options.LateAfterSeconds, 1, 86_400);
        Range("befriendWindowSeconds", options.BefriendWindowSeconds, 5, 300);
        Range("maxFormBytes", options.MaxFormBytes, 1_024, 1_048_576);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Range(string key, int value, int min, int max)
        {
            if (value < min || value > max) errors.Add($"portal:{key} is {value}: give {min} to {max}.");
        }
    }

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Query.Length == 0 && uri.Fragment.Length == 0;
}
