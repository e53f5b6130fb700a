using System.IO.Pipelines;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>A connection inside the process: what one end writes, the other reads.</summary>
internal sealed class LocalPipe
{
    private static readonly PipeOptions Options = new(useSynchronizationContext: false);

    private readonly Pipe _toBroker = new(Options);
    private readonly Pipe _fromBroker = new(Options);

    public IDuplexPipe Broker => new End(_toBroker.Reader, _fromBroker.Writer);

    public IDuplexPipe Client => new End(_fromBroker.Reader, _toBroker.Writer);

    private sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
