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
    private readonly ConditionalWeakTable<IMqttSession, TokenBucket> _buckets = [];

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

        var bucket = _buckets.GetValue(session, NewBucket);
        var wait = bucket.Take();
        if (wait <= TimeSpan.Zero) return default;
        if (session.Identity.MessagesPerMinute == 0) return new(Task.Delay(wait, clock, cancel));

        publishing.Refuse("It publishes too fast.");
        session.End(EndReason.LimitExceeded, $"It publishes more than the {session.Identity.MessagesPerMinute} messages a minute of its session.");
        return default;
    }

    private TokenBucket NewBucket(IMqttSession session) => session.Identity.MessagesPerMinute is var perMinute and > 0
        ? new(perMinute / 60.0, perMinute, clock)
        : new(options.Value.MessagesPerSecond, options.Value.Burst, clock);
}

/// <summary>Section <c>mqtt:rateLimit</c>.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Messages a second that one client may publish. A thousand: a hundred busy nodes behind one bridge.</summary>
    public int MessagesPerSecond { get; set; } = 1000;

    /// <summary>Messages that it may publish at once before that counts.</summary>
    public int Burst { get; set; } = 5000;
}

internal sealed class RateLimitOptionsValidator : IValidateOptions<RateLimitOptions>
{
    public ValidateOptionsResult Validate(string? name, RateLimitOptions options)
    {
        var errors = new List<string>();
        if (options.MessagesPerSecond is < 1 or > 10_000_000)
            errors.Add($"mqtt:rateLimit:messagesPerSecond is {options.MessagesPerSecond}: give 1 to 10000000.");
        if (options.Burst is < 1 or > 10_000_000) errors.Add($"mqtt:rateLimit:burst is {options.Burst}: give 1 to 10000000.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
