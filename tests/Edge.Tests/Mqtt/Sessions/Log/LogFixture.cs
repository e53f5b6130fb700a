using Edge.Mqtt;
using Edge.Mqtt.Sessions.Log;
using Edge.Storage.Log;
using Edge.TestKit;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Edge.Tests.Mqtt.Sessions.Log;

/// <summary>A message log in a folder of its own, opened again and again.</summary>
internal sealed class LogFixture : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly IOptions<LogOptions> _options = Options.Create(new LogOptions { SegmentMegabytes = 1, MaxMegabytes = 64, CompactAboveMegabytes = 2 });

    public ManualClock Clock { get; } = new();

    public MessageLog Log { get; private set; } = null!;

    /// <summary>Closes the log where it is open, and opens it.</summary>
    public async Task<LogState> ReopenAsync()
    {
        if (Log is not null) await Log.DisposeAsync();
        Log = new(new(_folder.Path), _options, Clock, NullLogger<MessageLog>.Instance);
        return await Log.OpenAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Fills a group, posts it and completes when it is durable.</summary>
    public Task WriteAsync(Action<LogGroup> fill)
    {
        var group = Log.Rent();
        fill(group);
        var commit = new TaskWaiter();
        Log.Post(group, commit);
        return commit.Task;
    }

    /// <summary>Queues a message for sessions under one sequence; its payload is its text.</summary>
    public Task QueueAsync(string text, long sequence, params long[] sessions) => WriteAsync(group =>
    {
        var id = group.AddMessage(Message(text), "t"u8, [], 0);
        foreach (var session in sessions) group.AddQueued(id, session, sequence, (ushort)sequence, MqttQoS.AtLeastOnce, retain: false, []);
    });

    public static MqttMessage Message(string text) => new("t", System.Text.Encoding.UTF8.GetBytes(text), MqttQoS.AtLeastOnce);

    /// <summary>What is queued for a session, as texts in order.</summary>
    public static IEnumerable<string> Texts(LogState state, long session) =>
        state.Sessions.TryGetValue(session, out var found) ? found.Queued.Select(q => System.Text.Encoding.UTF8.GetString(q.Message.Payload.Span)) : [];

    public async ValueTask DisposeAsync()
    {
        if (Log is not null) await Log.DisposeAsync();
        _folder.Dispose();
    }
}
