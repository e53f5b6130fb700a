using System.Security.Cryptography;

using Edge.Identity.Pending;
using Edge.Identity.Tokens;

namespace Edge.Portal.Pages.Pending;

/// <summary>A secret on its way to the operator's next page.</summary>
internal sealed record GivenSecret(string ClientId, string Secret, string Words);

/// <summary>Lets devices in, and keeps what they get for the one page that shows it.</summary>
internal sealed class PendingDesk(IAdmission admission)
{
    private const int MostScopes = 64;
    private const int MostKept = 16; // one operator reads one page; the oldest that nobody fetched goes
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromDays(30);

    private readonly Lock _lock = new();
    private readonly Queue<(string Code, GivenSecret Secret)> _kept = new();

    /// <summary>Lets a client in; <paramref name="lines"/> are scopes such as <c>rw home/#</c>.</summary>
    /// <returns>The code by which the next page shows the secret; null where the lines are no scopes.</returns>
    public string? AllowClient(PendingDevice device, string lines)
    {
        if (Scopes(lines) is not { Count: > 0 } scopes) return null;

        var token = admission.AllowClient(device, scopes, TokenLifetime);
        return Keep(new(device.ClientId, token.Value, "It is an access token for 30 days: give it to the client as its password."));
    }

    /// <summary>Puts a node into the factory manifest, with a new secret.</summary>
    public async Task<string> AllowNodeAsync(PendingDevice device, CancellationToken cancel)
    {
        var node = await admission.AllowNodeAsync(device, null, cancel);
        return Keep(new(device.ClientId, Convert.ToBase64String(node.Secret), "Write it into the node's settings.json. When it comes again, it is asked to trust this gateway."));
    }

    /// <summary>The secret of a code, once; null where there is none.</summary>
    public GivenSecret? Take(string? code)
    {
        if (code is null) return null;

        lock (_lock)
        {
            GivenSecret? found = null;
            for (var i = _kept.Count; i > 0; i--)
            {
                var kept = _kept.Dequeue();
                if (kept.Code == code) found = kept.Secret;
                else _kept.Enqueue(kept);
            }

            return found;
        }
    }

    private string Keep(GivenSecret secret)
    {
        var code = RandomNumberGenerator.GetHexString(32, lowercase: true);
        lock (_lock)
        {
            if (_kept.Count == MostKept) _kept.Dequeue();
            _kept.Enqueue((code, secret));
        }

        return code;
    }

    private static List<TopicScope>? Scopes(string lines)
    {
        var scopes = new List<TopicScope>();
        foreach (var line in lines.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            if (words.Length < 2 || TopicScopeText.Access(words[0]) is not { } access || !IsFilter(words[1]) || scopes.Count == MostScopes) return null;
            scopes.Add(new(access, words[1]));
        }

        return scopes;
    }

    // A level is a wildcard or holds none; # is the last (MQTT 5.0 §4.7.1).
    private static bool IsFilter(string filter)
    {
        var levels = filter.Split('/');
        return levels.Select((level, i) => level is "+" || (level is "#" && i == levels.Length - 1) || !level.AsSpan().ContainsAny('+', '#')).All(good => good);
    }
}
