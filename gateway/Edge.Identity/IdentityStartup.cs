using Edge.Identity.Tokens;

using Microsoft.Extensions.Hosting;

namespace Edge.Identity;

/// <summary>Reads the signing key and the revocations before any server accepts: checking a token must never wait for the disk.</summary>
internal sealed class IdentityStartup(SigningKey key, TokenRevocations revocations) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await key.LoadAsync(cancellationToken).ConfigureAwait(false);
        await revocations.LoadAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
