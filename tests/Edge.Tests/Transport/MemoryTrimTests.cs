using Edge.TestKit;
using Edge.Transport;

using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Transport;

public sealed class MemoryTrimTests : IDisposable
{
    private const long Burst = 10 * 1024 * 1024;

    private readonly ManualClock _clock = new();
    private readonly Heartbeat _heartbeat;
    private readonly MemoryTrim _trim;
    private long _allocated;
    private int _collections;

    public MemoryTrimTests()
    {
        _heartbeat = new(_clock, NullLogger<Heartbeat>.Instance);
        _trim = new(_heartbeat, () => _allocated, () => _collections++);
    }

    [Fact]
    public async Task What_a_burst_left_is_collected_once_when_it_is_over()
    {
        await _trim.StartAsync(CancellationToken.None);
        _allocated += Burst;
        Beat(60);
        Assert.Equal(1, _collections);

        _allocated += Burst;
        Beat(60);
        Assert.Equal(2, _collections);
    }

    [Fact]
    public async Task Nothing_is_collected_while_there_is_work()
    {
        await _trim.StartAsync(CancellationToken.None);
        for (var i = 0; i < 60; i++)
        {
            _allocated += Burst;
            Beat(2);
        }

        Assert.Equal(0, _collections);
    }

    [Fact]
    public async Task Little_is_left_for_later()
    {
        await _trim.StartAsync(CancellationToken.None);
        _allocated += 1024 * 1024;
        Beat(60);

        Assert.Equal(0, _collections);
    }

    [Fact]
    public async Task It_ends_with_the_host()
    {
        await _trim.StartAsync(CancellationToken.None);
        await _trim.StopAsync(CancellationToken.None);
        _allocated += Burst;
        Beat(60);

        Assert.Equal(0, _collections);
    }

    public void Dispose() => _heartbeat.Dispose();

    private void Beat(int times)
    {
        for (var i = 0; i < times; i++) _clock.Advance(TimeSpan.FromSeconds(1));
    }
}
