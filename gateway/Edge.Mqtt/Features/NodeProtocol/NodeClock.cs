using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>The protocol's times, by the gateway's clock.</summary>
internal sealed class NodeClock(TimeProvider clock, IOptions<NodeProtocolOptions> options)
{
    /// <summary>Now.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Is cancelled when a node has had its time to answer a request.</summary>
    public CancellationTokenSource RequestTimeout() => After(TimeSpan.FromSeconds(options.Value.RequestSeconds));

    /// <summary>Is cancelled after a time.</summary>
    public CancellationTokenSource After(TimeSpan time) => new(time, clock);
}
