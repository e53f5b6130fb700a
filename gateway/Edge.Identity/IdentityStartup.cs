using Edge.Identity.Sasl;
using Edge.Identity.Tokens;

using Microsoft.Extensions.Hosting;

namespace Edge.Identity;

/// <summary>Reads the signing key, the revocations and the seed of the decoys before any server accepts: checking a token must never wait for the disk.</summary>
internal sealed class IdentityStartup(SigningKey key, TokenRevocations revocations, TokenScopeChanges changes, ScramDecoys decoys) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await key.LoadAsync(cancellationToken).ConfigureAwait(false);
        await revocations.LoadAsync(cancellationToken).ConfigureAwait(false);
        await changes.LoadAsync(cancellationToken).ConfigureAwait(false);
        await decoys.LoadAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
