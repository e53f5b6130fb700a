using Edge.Identity.Pending;
using Edge.Storage.Memory;
using Edge.TestKit;

using Microsoft.Extensions.Options;

namespace Edge.Tests.Identity.Pending;

public sealed class PendingDevicesTests : IAsyncDisposable
{
    private const string Here = "192.0.2.7";

    private readonly MemoryStorage _storage = new();
    private readonly ManualClock _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_device_that_comes_again_is_one_with_its_count_and_times()
    {
        var pending = Start();
        var first = _clock.GetUtcNow();
        pending.Saw("lamp", Here, PendingKind.Client, "came");
        _clock.Advance(TimeSpan.FromMinutes(1));
        pending.Saw("lamp", Here, PendingKind.Client, "came again");

        Assert.Equal(new("lamp", Here, PendingKind.Client, "came again", 2, first, first.AddMinutes(1)), Assert.Single(pending.Waiting));
    }

    [Fact]
    public void The_same_name_from_another_address_is_another_device()
    {
        var pending = Start();
        pending.Saw("lamp", Here, PendingKind.Client, "came");
        pending.Saw("lamp", "192.0.2.8", PendingKind.Client, "came");

        Assert.Equal(2, pending.Waiting.Count);
    }

    [Fact]
    public void When_there_are_too_many_the_one_unseen_for_longest_makes_room()
    {
        var pending = Start(new() { MaxWaiting = 2 });
        foreach (var name in new[] { "a", "b", "c" })
        {
            pending.Saw(name, Here, PendingKind.Client, "came");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["c", "b"], pending.Waiting.Select(d => d.ClientId));
    }

    [Fact]
    public void One_that_does_not_come_again_is_forgotten()
    {
        var pending = Start(new() { KeepHours = 2 });
        pending.Saw("lamp", Here, PendingKind.Client, "came");
        _clock.Advance(TimeSpan.FromHours(3));

        Assert.Empty(pending.Waiting);
    }

    [Fact]
    public async Task A_denied_device_waits_no_more_even_after_a_restart_until_it_is_forgiven()
    {
        var pending = Start();
        pending.Saw("lamp", Here, PendingKind.Client, "came");
        Assert.True(await pending.DenyAsync("lamp", Here, Cancel));

        var again = Start();
        await again.StartingAsync(Cancel);
        again.Saw("lamp", Here, PendingKind.Client, "came");
        Assert.Empty(again.Waiting);
        Assert.True(again.IsDenied("lamp", Here));

        Assert.True(await again.ForgiveAsync("lamp", Here, Cancel));
        again.Saw("lamp", Here, PendingKind.Client, "came");
        Assert.Single(again.Waiting);
    }

    [Fact]
    public async Task Denials_have_an_end()
    {
        var pending = Start(new() { MaxDenied = 1 });

        Assert.True(await pending.DenyAsync("a", Here, Cancel));
        Assert.True(await pending.DenyAsync("a", Here, Cancel));
        Assert.False(await pending.DenyAsync("b", Here, Cancel));
    }

    [Fact]
    public void Settings_that_cannot_be_used_are_named()
    {
        var result = new PendingOptionsValidator().Validate(null, new() { MaxWaiting = -1, MaxDenied = 10_001, KeepHours = 0 });

        Assert.Equal(
            [
                "identity:pending:maxWaiting is -1: give 0 to 10000.", "identity:pending:maxDenied is 10001: give 0 to 10000.",
                "identity:pending:keepHours is 0: give 1 to 8760.",
            ],
            result.Failures);
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    private PendingDevices Start(PendingOptions? options = null) => new(_storage, Options.Create(options ?? new()), _clock);
}
