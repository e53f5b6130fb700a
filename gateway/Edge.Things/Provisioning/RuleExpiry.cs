using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Edge.Things.Provisioning;

/// <summary>Watches the clock for the next rule to run out. Begins when everybody has started, so that whoever keeps cached answers hears
/// of rules that ran out while the gateway was off.</summary>
internal sealed partial class RuleExpiry(
    ProvisioningService provisioning, IDomainEvents events, TimeProvider clock, ILogger<RuleExpiry> logger) : IHostedLifecycleService, IDisposable
{
    // Timers take no more than 49 days, and a clock that is set moves them: a look each hour costs nothing.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private ITimer? _timer;
    private IDisposable? _subscription;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        _timer = clock.CreateTimer(_ => _ = LookAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _subscription = events.Subscribe<RulesChanged>((changed, _) => changed.Rule is null ? ValueTask.CompletedTask : new(LookAsync()));
        await LookAsync().ConfigureAwait(false);
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        return _stopping.CancelAsync();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _subscription?.Dispose();
        _timer?.Dispose();
        _stopping.Dispose();
    }

    private async Task LookAsync()
    {
        TimeSpan wait;
        try
        {
            var next = await provisioning.ExpireAsync(_stopping.Token).ConfigureAwait(false);
            wait = next is { } due ? due - clock.GetUtcNow() : LongestWait;
        }
        catch (OperationCanceledException)
        {
            return;
        }
#pragma warning disable CA1031 // A store that fails now must not end the watch: an expired rule is not honoured anyway.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(e);
            wait = AfterFailure;
        }

        _timer?.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
    }

    [LoggerMessage(EventId = 4100, Level = LogLevel.Error, Message = "Rules that ran out could not be removed; tried again in a minute")]
    private partial void LogFailed(Exception error);
}
