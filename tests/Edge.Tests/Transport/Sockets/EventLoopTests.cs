using Edge.Transport.Sockets.Linux;

using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Transport.Sockets;

/// <summary>The thread that waits for sockets, and bugs of those it serves.</summary>
public sealed class EventLoopTests
{
    public EventLoopTests() => Assert.SkipUnless(EpollSet.IsSupported, "There is no epoll here.");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static TimeSpan Patience => TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_bug_of_one_that_waits_for_time_to_pass_does_not_end_the_thread_for_all_others()
    {
        using var loop = new EventLoop("bugs", NullLogger.Instance);
        var (other, failing) = (new Ticking(null), new Ticking(new InvalidOperationException("a bug")));
        loop.Post(() =>
        {
            loop.Add(other);
            loop.Add(failing); // asked first
        });

        await other.Asked.WaitAsync(Patience, Cancel);
        await failing.Asked.WaitAsync(Patience, Cancel);
        Assert.False(loop.HasEnded);
    }

    [Fact]
    public async Task A_bug_at_the_end_of_one_descriptor_leaves_none_of_the_others_open()
    {
        var (first, second) = (new Source(), new Source());
        var loop = new EventLoop("ends", NullLogger.Instance);
        var known = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() =>
        {
            loop.Register(1, first);
            loop.Register(2, second);
            known.SetResult();
        });
        await known.Task.WaitAsync(Patience, Cancel);

        loop.Dispose();

        Assert.True(first.HasEnded && second.HasEnded && loop.HasEnded);
    }

    private sealed class Ticking(Exception? bug) : ITicking
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public bool IsDone()
        {
            _asked.TrySetResult();
            return bug is null ? true : throw bug;
        }
    }

    private sealed class Source : IEventSource
    {
        public bool HasEnded { get; private set; }

        public void OnReady(EpollEvents events)
        {
        }

        public void OnLoopEnds()
        {
            HasEnded = true;
            throw new InvalidOperationException("a bug");
        }
    }
}
