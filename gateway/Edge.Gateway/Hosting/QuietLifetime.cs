namespace Edge.Gateway.Hosting;

/// <summary>Leaves signals to the command line, which turns Ctrl-C and SIGTERM into a cancellation: one owner, one orderly stop.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
