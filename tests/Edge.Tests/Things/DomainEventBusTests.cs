using Edge.Things;

using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Things;

public sealed class DomainEventBusTests
{
    private readonly DomainEventBus _bus = new(NullLogger<DomainEventBus>.Instance);
    private readonly List<string> _seen = [];

    [Fact]
    public async Task Handlers_of_the_type_are_called_in_order_until_disposed()
    {
        using var first = Listen("first");
        var second = Listen("second");
        _bus.Subscribe<List<int>>((_, _) => throw new InvalidOperationException("not of this type"));

        await _bus.PublishAsync("a");
        second.Dispose();
        await _bus.PublishAsync("b");

        Assert.Equal(["first a", "second a", "first b"], _seen);
    }

    [Fact]
    public async Task A_handler_that_fails_does_not_stop_the_others_nor_the_publisher()
    {
        _bus.Subscribe<string>((_, _) => throw new InvalidOperationException("broken"));
        _bus.Subscribe<string>(async (_, _) =>
        {
            await Task.Yield();
            throw new OperationCanceledException("of its own accord");
        });
        Listen("last");

        await _bus.PublishAsync("a");

        Assert.Equal(["last a"], _seen);
    }

    [Fact]
    public async Task An_event_that_nobody_waits_for_is_no_error() => await _bus.PublishAsync("a");

    private IDisposable Listen(string name) => _bus.Subscribe<string>((e, _) =>
    {
        _seen.Add($"{name} {e}");
        return ValueTask.CompletedTask;
    });
}
