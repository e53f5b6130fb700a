using Edge.Identity.Accounts;
using Edge.Identity.Registration;
using Edge.Identity.Sasl;
using Edge.Identity.Tokens;

using Microsoft.Extensions.Hosting;

namespace Edge.Identity;

/// <summary>What has something to read at the start.</summary>
internal sealed record IdentityParts(SigningKey Key, TokenRevocations Revocations, TokenScopeChanges Changes, ScramDecoys Decoys, AccountStore Accounts);

/// <summary>What registration has to read.</summary>
internal sealed record RegistrationParts(RegistrationKeys Keys, KeyRequests Requests);

/// <summary>Reads the signing key, the revocations and the seed of the decoys before any server accepts: checking a token must never wait for the disk. Once
/// everything runs, accounts go whose deletion was interrupted.</summary>
internal sealed class IdentityStartup(IdentityParts parts, RegistrationParts registration, AccountLife life) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await parts.Accounts.LoadAsync(cancellationToken).ConfigureAwait(false);
        await parts.Key.LoadAsync(cancellationToken).ConfigureAwait(false);
        await parts.Revocations.LoadAsync(cancellationToken).ConfigureAwait(false);
        await parts.Changes.LoadAsync(cancellationToken).ConfigureAwait(false);
        await parts.Decoys.LoadAsync(cancellationToken).ConfigureAwait(false);
        await registration.Keys.LoadAsync(cancellationToken).ConfigureAwait(false);
        await registration.Requests.LoadAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => life.ResumeAsync(cancellationToken);

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
