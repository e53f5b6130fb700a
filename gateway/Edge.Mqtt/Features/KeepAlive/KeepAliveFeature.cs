using Edge.Mqtt.Wire;
using Edge.Transport;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.KeepAlive;

/// <summary>Ends connections from which nothing comes for one and a half times what their client promised ([MQTT-3.1.2-24]).</summary>
internal sealed class KeepAliveFeature(IOptions<KeepAliveOptions> options) : IMqttFeature
{
    public MqttStage Stage => MqttStage.Deliver;

    public static void AddServices(IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<KeepAliveOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KeepAliveOptions>, KeepAliveOptionsValidator>());
    }

    // A client of MQTT 5 that promises nothing is told to promise something, and one that promises too little, more ([MQTT-3.2.2-21]).
    public ValueTask OnIdentifiedAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        if (connecting.Version != ProtocolVersion.V5) return default;

        var wanted = connecting.KeepAliveSeconds == 0 ? options.Value.IdleSeconds : connecting.KeepAliveSeconds;
        connecting.KeepAliveSeconds = Math.Min(wanted, options.Value.MaxSeconds);
        return default;
    }

    public void OnHeartbeat(IMqttSession session)
    {
        var promised = session.KeepAliveSeconds;
        if (promised > 0 && session.Silence >= TimeSpan.FromSeconds(promised * 1.5))
            session.End(EndReason.KeepAliveTimeout, $"Nothing came for {promised * 1.5:0.#} s; it had promised a packet every {promised} s.");
        else if (promised == 0 && session.Silence >= TimeSpan.FromSeconds(options.Value.IdleSeconds))
            session.End(EndReason.KeepAliveTimeout, $"Nothing came for mqtt:keepAlive:idleSeconds ({options.Value.IdleSeconds}): set a keep-alive in the client.");
    }
}

/// <summary>Section <c>mqtt:keepAlive</c>.</summary>
public sealed class KeepAliveOptions
{
    /// <summary>Seconds of silence after which a client that promised nothing (keep-alive 0) is taken for gone: half-open connections would stay for
    /// ever otherwise, and 3.1.1 lets a server do so (§3.1.2.10).</summary>
    public int IdleSeconds { get; set; } = 3600;

    /// <summary>The longest keep-alive, in seconds; clients of MQTT 5 that want a longer one are told this one (MQTT 5.0 §3.2.2.3.14). By default, whatever they
    /// want: a node that sleeps for an hour has its reason.</summary>
    public int MaxSeconds { get; set; } = ushort.MaxValue;
}

internal sealed class KeepAliveOptionsValidator : IValidateOptions<KeepAliveOptions>
{
    public ValidateOptionsResult Validate(string? name, KeepAliveOptions options) => new OptionErrors("mqtt:keepAlive")
        .Range("idleSeconds", options.IdleSeconds, 10, 604_800)
        .Range("maxSeconds", options.MaxSeconds, 1, ushort.MaxValue)
        .Result;
}
