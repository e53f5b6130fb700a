using System.Security.Cryptography;

namespace Edge.Xmpp.Bosh;

/// <summary>What client and server have agreed on for a session (XEP-0124 §8).</summary>
internal sealed record BoshTerms
{
    private const string DefaultContent = "text/xml; charset=utf-8";

    public required string Sid { get; init; }

    public required long FirstRid { get; init; }

    /// <summary>Seconds that a request may be held.</summary>
    public required int Wait { get; init; }

    /// <summary>Requests that may be held.</summary>
    public required int Hold { get; init; }

    /// <summary>Requests that the client may have open.</summary>
    public int Requests => Hold + 1;

    public required int Inactivity { get; init; }

    public required int Polling { get; init; }

    public required int MaxPause { get; init; }

    /// <summary>The version that is spoken; null with a client of before there were any, which understands errors of HTTP only.</summary>
    public required Version? Version { get; init; }

    /// <summary>The client looks at acknowledgements (§9.2).</summary>
    public required bool HasAcks { get; init; }

    /// <summary>The Content-Type of answers.</summary>
    public required string Content { get; init; }

    /// <summary>The client does not let requests wait: it asks again and again (§12).</summary>
    public bool IsPolling => Wait == 0 || Hold == 0;

    public static BoshTerms For(BoshBody body, BoshOptions options)
    {
        var wait = Math.Min(body.Number("wait") ?? options.MaxWaitSeconds, options.MaxWaitSeconds);
        var hold = wait == 0 ? 0 : Math.Min(body.Number("hold") ?? 1, options.MaxHold);
        return new()
        {
            Sid = RandomNumberGenerator.GetHexString(32, lowercase: true),
            FirstRid = body.Rid,
            Wait = wait,
            Hold = hold,
            Inactivity = options.InactivitySeconds + (hold == 0 ? 2 * options.PollingSeconds : 0), // §12: longer by more than the polling interval
            Polling = options.PollingSeconds,
            MaxPause = options.MaxPauseSeconds,
            Version = Version.TryParse(body["ver"], out var theirs) ? (theirs < BoshNames.Version ? theirs : BoshNames.Version) : null,
            HasAcks = body["ack"] == "1",
            Content = IsHarmless(body["content"]) ? body["content"]! : DefaultContent,
        };
    }

    // Never what a browser would take for a page of ours.
    private static bool IsHarmless(string? content) =>
        content?.Split(';')[0].Trim().ToLowerInvariant() is "text/xml" or "application/xml" or "text/plain" && content.All(c => c is >= ' ' and <= '~');
}
