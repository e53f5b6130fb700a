using Edge.Things;
using Edge.Things.Provisioning;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Provisioning;

/// <summary>Keeps the domain's events, the devices and the owners in touch while the server runs.</summary>
internal sealed class ProvisioningTurns(
    DeviceBook book, CacheClearing clearing, QuestionMail mail, IDomainEvents events, ProvisioningClock clock) : IHostedService, IDisposable
{
    private readonly List<IDisposable> _subscriptions = [];
    private ITimer? _timer;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await book.LoadAsync(cancellationToken);
        _subscriptions.Add(events.Subscribe<RulesChanged>(clearing.ChangedAsync));
        _subscriptions.Add(events.Subscribe<QuestionAsked>(mail.AskedAsync));
        _timer = clock.Every(TurnAsync);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var subscription in _subscriptions) subscription.Dispose();
        _subscriptions.Clear();
        _timer?.Dispose();
    }

    private async Task TurnAsync()
    {
        foreach (var device in book.Pending) clearing.Begin(device);
        await mail.SendWaitingAsync(CancellationToken.None);
    }
}

/// <summary>When those who were not there are looked for again.</summary>
internal sealed partial class ProvisioningClock(TimeProvider clock, IOptions<ProvisioningOptions> options, ILogger<ProvisioningClock> logger)
{
    /// <summary>Takes turns until the timer is disposed; a turn that fails does not end them.</summary>
    public ITimer Every(Func<Task> turn)
    {
        var period = TimeSpan.FromSeconds(options.Value.RetrySeconds);
        return clock.CreateTimer(_ => _ = TakeAsync(turn), null, period, period);
    }

    private async Task TakeAsync(Func<Task> turn)
    {
        try
        {
            await turn();
        }
#pragma warning disable CA1031 // Nobody awaits a turn.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogFailed(error);
        }
    }

    [LoggerMessage(EventId = 3522, Level = LogLevel.Error, Message = "Looking for devices and owners failed")]
    private partial void LogFailed(Exception error);
}
