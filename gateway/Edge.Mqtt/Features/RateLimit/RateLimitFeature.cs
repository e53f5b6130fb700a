using System.Runtime.CompilerServices;

using Edge.Transport;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.RateLimit;

/// <summary>
/// Keeps one client from taking the broker for itself. A client that publishes faster than it may is held back: its messages are read later, which TCP
/// makes it feel, and none is lost. A bootstrap session, which has no business being fast, is ended.
/// </summary>
internal sealed class RateLimitFeature(IOptions<RateLimitOptions> options, TimeProvider clock) : IMqttFeature
{
    private readonly ConditionalWeakTable<IMqttSession, ClientRate> _rates = [];

    // Before the scopes are asked: refused messages cost, too. Also before any feature acts.
    public MqttStage Stage => MqttStage.Identify;

    public static void AddServices(IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<RateLimitOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsValidator>());
    }

    public ValueTask OnPublishAsync(MqttPublishing publishing, CancellationToken cancel)
    {
        if (publishing.Session is not { } session) return default;

        var wait = _rates.GetValue(session, NewRate).Take(publishing.PayloadBytes);
        if (wait <= TimeSpan.Zero) return default;
        if (session.Identity.MessagesPerMinute == 0) return new(Task.Delay(wait, clock, cancel));

        publishing.Refuse("It publishes too fast for a session without a token.", MqttReason.QuotaExceeded);
        session.End(EndReason.LimitExceeded, $"It publishes more than the {session.Identity.MessagesPerMinute} messages a minute of its session: connect with a token, or publish less.");
        return default;
    }

    // Each filter may cost a look at every retained message and a write to the disk, each AUTH a signature: dearer than most messages, and never urgent.
    public async ValueTask<bool> OnRequestAsync(IMqttSession session, int parts, CancellationToken cancel)
    {
        var wait = _rates.GetValue(session, NewRate).TakeRequests(parts, session.Identity.MessagesPerMinute > 0);
        if (wait <= TimeSpan.Zero) return true;

        if (session.Identity.MessagesPerMinute > 0)
        {
            session.End(EndReason.LimitExceeded, $"It asks for more than the {session.Identity.MessagesPerMinute} messages and filters a minute of its session: connect with a token, or ask for less.");
            return false;
        }

        await Task.Delay(wait, clock, cancel).ConfigureAwait(false);
        return true;
    }

    private ClientRate NewRate(IMqttSession session)
    {
        var limits = options.Value;
        var perMinute = session.Identity.MessagesPerMinute;
        return new(
            perMinute > 0 ? new(perMinute / 60.0, perMinute, clock) : new(limits.MessagesPerSecond, limits.Burst, clock),
            new(limits.BytesPerSecond, limits.BurstBytes, clock),
            new(limits.FiltersPerSecond, limits.FilterBurst, clock));
    }

    private sealed record ClientRate(TokenBucket Messages, TokenBucket Bytes, TokenBucket Filters)
    {
        public TimeSpan Take(int bytes)
        {
            var (forMessage, forBytes) = (Messages.Take(), Bytes.Take(bytes));
            return forMessage > forBytes ? forMessage : forBytes;
        }

        public TimeSpan TakeRequests(int parts, bool asMessages) => (asMessages ? Messages : Filters).Take(parts);
    }
}

/// <summary>Section <c>mqtt:rateLimit</c>.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Messages a second that one client may publish. A thousand: a hundred busy nodes behind one bridge.</summary>
    public int MessagesPerSecond { get; set; } = 1000;

    /// <summary>Messages that it may publish at once before that counts.</summary>
    public int Burst { get; set; } = 5000;

    /// <summary>Bytes of payload a second that one client may publish. Four megabytes: pictures and firmware take a moment, and a third of a line of 100 Mbit/s
    /// stays the most that one client has of it.</summary>
    public long BytesPerSecond { get; set; } = 4 * 1024 * 1024;

    /// <summary>Bytes that it may publish at once before that counts.</summary>
    public long BurstBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Filters a second that one client may subscribe or unsubscribe; AUTH counts as one. Fifty: each may cost a look at all retained messages, and a
    /// write to the disk.</summary>
    public int FiltersPerSecond { get; set; } = 50;

    /// <summary>Filters that it may subscribe or unsubscribe at once before that counts: four times what a session may have.</summary>
    public int FilterBurst { get; set; } = 1024;
}

internal sealed class RateLimitOptionsValidator : IValidateOptions<RateLimitOptions>
{
    public ValidateOptionsResult Validate(string? name, RateLimitOptions options) => new OptionErrors("mqtt:rateLimit")
        .Range("messagesPerSecond", options.MessagesPerSecond, 1, 10_000_000)
        .Range("burst", options.Burst, 1, 10_000_000)
        .Range("bytesPerSecond", options.BytesPerSecond, 1024, 1L << 40)
        .Range("burstBytes", options.BurstBytes, 1024, 1L << 40)
        .Range("filtersPerSecond", options.FiltersPerSecond, 1, 10_000_000)
        .Range("filterBurst", options.FilterBurst, 1, 10_000_000)
        .Result;
}
