using System.Text;

namespace Edge.Xmpp.Bosh;

/// <summary>What goes back for a request.</summary>
internal sealed record BoshAnswer(byte[] Bytes, string ContentType, int Status = 200)
{
    /// <summary>An end without a session, or of one that cannot say more.</summary>
    public static BoshAnswer Terminal(string condition) => new(
        Encoding.UTF8.GetBytes($"<body type='terminate' condition='{condition}' xmlns='{BoshNames.Namespace}'/>"), "text/xml; charset=utf-8");
}

/// <summary>A request that has come, and is to be answered.</summary>
internal sealed class BoshRequest(BoshBody body, long arrived)
{
    private readonly TaskCompletionSource<BoshAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BoshBody Body => body;

    /// <summary>When it came, as a timestamp of the clock.</summary>
    public long Arrived => arrived;

    public Task<BoshAnswer> Answer => _answer.Task;

    public void Set(BoshAnswer answer) => _answer.TrySetResult(answer);
}
