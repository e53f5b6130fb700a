using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>The protocol's limits, and its times by the gateway's clock.</summary>
internal sealed class NodeLimits(IOptions<NodeProtocolOptions> options, TimeProvider clock)
{
    /// <summary>The settings.</summary>
    public NodeProtocolOptions Options => options.Value;

    /// <summary>Now.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Is cancelled when a node has had its time to answer a request.</summary>
    public CancellationTokenSource RequestTimeout() => After(TimeSpan.FromSeconds(Options.RequestSeconds));

    /// <summary>Is cancelled after a time.</summary>
    public CancellationTokenSource After(TimeSpan time) => new(time, clock);
}
