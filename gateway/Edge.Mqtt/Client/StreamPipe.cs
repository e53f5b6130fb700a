using System.IO.Pipelines;

namespace Edge.Mqtt.Client;

/// <summary>A stream as a pair of pipes.</summary>
internal sealed class StreamPipe(Stream stream) : IDuplexPipe, IAsyncDisposable
{
    public PipeReader Input { get; } = PipeReader.Create(stream, new(leaveOpen: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new(leaveOpen: true));

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
