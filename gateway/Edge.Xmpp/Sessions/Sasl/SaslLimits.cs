using System.Net;

using Edge.Identity.Accounts;
using Edge.Identity.Sasl;
using Edge.Transport;
using Edge.Xmpp.Sessions.Negotiation;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>What keeps guessers slow: counts over all protocols, and answers that take their time.</summary>
internal sealed class SaslLimits(ISignInGuard guard, XmppMetrics metrics, IOptions<SaslOptions> options, TimeProvider clock)
{
    private readonly LogThrottle _throttle = new(clock);

    public SaslOptions Options => options.Value;

    /// <summary>A failure where somebody has guessed too often; null where the try is heard.</summary>
    public SaslReply? Refuse(NegotiationState state, string? name) =>
        guard.Check(name, AddressOf(state)) is { } refusal ? SaslReply.Fail(SaslConditions.TemporaryAuthFailure, refusal.Detail) : null;

    /// <summary>Counts how a try ended, and notes it for the guard, unless the mechanism has counted for itself (PLAIN: <see cref="IPasswords"/>).</summary>
    public void Note(NegotiationState state, ISaslExchange? exchange, SaslReply reply)
    {
        if (reply.Account is not null) metrics.LoggedIn(state.Mechanism ?? "none");
        else if (reply.Failure is not (null or SaslConditions.Aborted)) metrics.LoginFailed(state.Mechanism ?? "none");

        if (reply.Account is { } account) guard.Succeeded(account.Name, AddressOf(state));
        else if (reply.Failure is SaslConditions.NotAuthorized or SaslConditions.CredentialsExpired && exchange is not (null or ICountsItself)) guard.Failed(exchange.ClaimedName, AddressOf(state));
    }

    /// <summary>Holds the answer to a failure back; those after the first on a connection twice as long.</summary>
    public Task DelayAsync(int failures, CancellationToken cancel) => options.Value.FailureDelayMilliseconds == 0
        ? Task.CompletedTask
        : Task.Delay(TimeSpan.FromMilliseconds(options.Value.FailureDelayMilliseconds * Math.Min(failures, 2)), clock, cancel);

    /// <summary>True where one more line about this address may go into the log; <paramref name="others"/> were left out since the last.</summary>
    public bool MayLog(NegotiationState state, out long others) => _throttle.TryTake(ClientNetwork.Of(AddressOf(state)), out others);

    private static IPAddress? AddressOf(NegotiationState state) => (state.Remote as IPEndPoint)?.Address;
}

/// <summary>Marks an exchange whose failures are counted by what it asks.</summary>
internal interface ICountsItself;
