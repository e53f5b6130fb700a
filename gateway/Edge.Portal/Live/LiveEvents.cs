using System.Text.Json;
using Edge.Portal.Layout;
using Edge.Portal.Security;
using Edge.Portal.Views;
using Edge.Things;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Edge.Portal.Live;

/// <summary>Writes the events of one page until it goes, its session ends, or the gateway stops.</summary>
internal sealed class LiveEvents(LiveParts parts, IOptions<PortalOptions> options, TimeProvider clock, IHostApplicationLifetime host)
{
    // Faster than this nobody reads, and a chatty meter would keep a phone's radio awake.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public async Task SendAsync(LiveConnection connection, HttpContext http)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        var heartbeat = TimeSpan.FromSeconds(options.Value.LiveHeartbeatSeconds);
        try
        {
            await SendAsync(connection, http.Response, LiveTopics.None, null, end.Token);
            while (true)
            {
                var hasChanged = await connection.WaitAsync(heartbeat, clock, end.Token);
                if (!await parts.SignIn.IsValidAsync(http.User, BrowserFacts.Of(http), end.Token)) return;

                var (values, topics) = connection.Take();
                await SendAsync(connection, http.Response, topics, hasChanged ? values : null, end.Token);
                await Task.Delay(Pause, clock, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The page or the gateway is gone.
        }
    }

    /// <summary>Sends what changed; where <paramref name="changed"/> is null, all values, so that their age is right: the sign of life.</summary>
    private async Task SendAsync(
        LiveConnection connection, HttpResponse response, LiveTopics topics, IReadOnlySet<ThingId>? changed, CancellationToken cancel)
    {
        var user = connection.User;
        var isState = topics.HasFlag(LiveTopics.State);
        var things = parts.Views.Of(user.Jid).Where(t => isState || changed?.Contains(t.Thing.Id) != false).Select(Values).ToList();
        if (things.Count > 0 || changed is null) await WriteAsync(response, "values", things, cancel);
        if (topics != LiveTopics.None || changed is null) await WriteAsync(response, "badges", Badges(user), cancel);
        if (Names(topics) is { Length: > 0 } names) await WriteAsync(response, "changed", names, cancel);
        await response.Body.FlushAsync(cancel);
    }

    private Dictionary<string, int> Badges(PortalUser user) => parts.Menu.For(user)
        .Where(e => e.Badge is not null)
        .ToDictionary(e => e.Key, e => e.Badge!.CountFor(user), StringComparer.Ordinal);

    private static ThingValues Values(ThingView thing) => new(
        thing.Key, thing.Thing.Name, thing.StateClass, thing.StateWords,
        [.. thing.Fields.Select(f => new FieldValues(f.Name, f.Label, f.Value, f.Freshness.ToString().ToLowerInvariant(), f.Words))]);

    private static string[] Names(LiveTopics topics) =>
        [.. Enum.GetValues<LiveTopics>().Where(t => t is not (LiveTopics.None or LiveTopics.State) && topics.HasFlag(t)).Select(t => t.ToString().ToLowerInvariant())];

    private static async Task WriteAsync<T>(HttpResponse response, string name, T data, CancellationToken cancel)
    {
        var json = JsonSerializer.Serialize(data, JsonSerializerOptions.Web);
        await response.WriteAsync($"event: {name}\ndata: {json}\n\n", cancel);
    }

    private sealed record ThingValues(string Key, string Name, string State, string Words, IReadOnlyList<FieldValues> Fields);

    private sealed record FieldValues(string Name, string Label, string Value, string Freshness, string Words);
}

/// <summary>What <see cref="LiveEvents"/> asks.</summary>
internal sealed record LiveParts(ThingViews Views, MenuEntries Menu, PortalSignIn SignIn);
