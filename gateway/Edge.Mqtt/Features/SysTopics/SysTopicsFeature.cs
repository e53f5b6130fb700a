using System.Text;

using Edge.Mqtt.Sessions;
using Edge.Mqtt.Topics;
using Edge.Transport;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.SysTopics;

/// <summary>
/// <c>$SYS/broker/…</c>: what the broker counts, for dashboards. Whoever subscribes gets all that matches at once, as retained, and then what has changed every
/// <c>mqtt:sysTopics:intervalSeconds</c>; where nobody does, nothing is computed. A scope has to name <c>$SYS</c>: <c>#</c> does not cover it.
/// </summary>
internal sealed class SysTopicsFeature(
    SysValues values, TrafficCount traffic, SysPublishing publishing, IOptions<SysTopicsOptions> options) : IMqttFeature
{
    /// <summary>The first level of every topic of the broker's own.</summary>
    public const string Tree = "$SYS";

    public MqttStage Stage => MqttStage.Deliver;

    private bool IsOn => options.Value.IntervalSeconds > 0;

    public static void AddServices(IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<SysTopicsOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SysTopicsOptions>, SysTopicsOptionsValidator>());
        services.AddSingleton<TrafficCount>().AddSingleton<SysValues>().AddSingleton<SysPublishing>();
    }

    public ValueTask OnStartingAsync(CancellationToken cancel)
    {
        if (IsOn) publishing.Begin();
        return default;
    }

    public ValueTask OnConnectedAsync(IMqttSession session, CancellationToken cancel)
    {
        traffic.Begin(session);
        return default;
    }

    public ValueTask OnDisconnectedAsync(IMqttSession session, MqttDisconnected disconnected, CancellationToken cancel)
    {
        traffic.End(session);
        return default;
    }

    public string? RefusalOfPublish(IMqttSession session, string topic) => IsTree(topic) ? "$SYS is the broker's own: publish elsewhere." : null;

    public async ValueTask OnSubscribedAsync(IMqttSession session, MqttSubscribed subscribed, CancellationToken cancel)
    {
        var (filter, granted, isNew) = subscribed;
        if (!IsOn || !IsTree(filter) || granted.RetainHandling == 2 || (granted.RetainHandling == 1 && !isNew)) return;
        if (!TopicFilter.TryParse(filter, out var parsed)) return;

        uint[]? ids = granted.Id == 0 ? null : [granted.Id];
        foreach (var (topic, value) in values.Read())
        {
            if (parsed.Matches(topic))
                await session.DeliverAsync(new(topic, Encoding.UTF8.GetBytes(value), Retain: true) { SubscriptionIds = ids }, cancel).ConfigureAwait(false);
        }
    }

    private static bool IsTree(string topic) => topic.StartsWith(Tree, StringComparison.Ordinal) && (topic.Length == Tree.Length || topic[Tree.Length] == '/');
}

/// <summary>Tells subscribers what has changed.</summary>
internal sealed class SysPublishing(
    SysValues values, SubscriptionTree<Session> tree, IMqttPublisher publisher, Heartbeat heartbeat, IOptions<SysTopicsOptions> options)
    : IHeartbeatHandler, IDisposable
{
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private Task _telling = Task.CompletedTask;
    private int _seconds;

    /// <summary>From now on, with every beat that is due.</summary>
    public void Begin() => heartbeat.Add(this);

    /// <inheritdoc/>
    public void OnHeartbeat(long timestamp, DateTimeOffset now)
    {
        if (++_seconds < options.Value.IntervalSeconds || !_telling.IsCompleted) return;

        _seconds = 0;
        if (tree.HasBelow(SysTopicsFeature.Tree)) _telling = TellAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => heartbeat.Remove(this);

    private async Task TellAsync()
    {
        foreach (var (topic, value) in values.Read())
        {
            if (_told.TryGetValue(topic, out var told) && told == value) continue;

            _told[topic] = value;
            await publisher.PublishAsync(new(topic, Encoding.UTF8.GetBytes(value))).ConfigureAwait(false);
        }
    }
}
