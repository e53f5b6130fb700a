using System.IO.Pipelines;

namespace Edge.Tests.Mqtt.Harness;

/// <summary>A connection in memory: what one end writes, the other reads.</summary>
internal sealed class PipePair
{
    private readonly Pipe _toServer;
    private readonly Pipe _toClient;

    public PipePair(int pauseBytes = 64 * 1024)
    {
        var options = new PipeOptions(pauseWriterThreshold: pauseBytes, resumeWriterThreshold: pauseBytes / 2, useSynchronizationContext: false);
        (_toServer, _toClient) = (new(options), new(options));
    }

    public IDuplexPipe Server => new End(_toServer.Reader, _toClient.Writer);

    public IDuplexPipe Client => new End(_toClient.Reader, _toServer.Writer);

    private sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
