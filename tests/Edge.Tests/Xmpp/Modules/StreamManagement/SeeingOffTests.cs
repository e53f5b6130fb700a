using Edge.Xmpp.Routing;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Xmpp.Modules.StreamManagement;

/// <summary>What goes back with a session that is over may be thousands of stanzas: nobody who happens to end it waits for that.</summary>
public sealed class SeeingOffTests
{
    [Fact]
    public async Task Whoever_sends_one_message_too_many_is_served_while_all_of_them_go_back()
    {
        using var going = new SlowTaker();
        await using var host = new XmppHost(
            more: s => s.AddSingleton<IUndelivered>(going), settings: ("xmpp:streamManagement:maxUnacknowledgedStanzas", "10"));
        var (romeo, _) = await host.PresentAsync("romeo");
        await host.BreakAsync(romeo);
        var juliet = await host.BoundRawAsync("juliet");

        await going.WhileSlowAsync(async () =>
        {
            for (var i = 0; i < 11; i++) await juliet.SayAsync("romeo@edge.local", $"{i}");
            await juliet.SoFarAsync();
            await going.Began;
        });
    }

    [Fact]
    public async Task The_heartbeat_goes_on_while_a_session_goes_whose_client_did_not_come_back()
    {
        using var going = new SlowTaker();
        await using var host = new XmppHost(more: s => s.AddSingleton<IUndelivered>(going));
        var (romeo, _) = await host.PresentAsync("romeo");
        await host.BreakAsync(romeo);
        var juliet = await host.BoundRawAsync("juliet");
        await juliet.SayAsync("romeo@edge.local", "late");
        await juliet.SoFarAsync();

        await going.WhileSlowAsync(async () =>
        {
            await Task.Run(() => host.Clock.Advance(TimeSpan.FromSeconds(301))).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
            await going.Began;
        });
    }

    /// <summary>Does not get on with what goes back.</summary>
    private sealed class SlowTaker : IUndelivered, IDisposable
    {
        private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _mayGoOn = new();

        public Task Began => _began.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

        public ValueTask ReturnAsync(BoundResource gone, IReadOnlyList<UndeliveredStanza> stanzas, CancellationToken cancel)
        {
            _began.TrySetResult();
            _mayGoOn.Wait(cancel);
            return ValueTask.CompletedTask;
        }

        public async Task WhileSlowAsync(Func<Task> work)
        {
            try
            {
                await work();
            }
            finally
            {
                _mayGoOn.Set();
            }
        }

        public void Dispose() => _mayGoOn.Dispose();
    }
}
