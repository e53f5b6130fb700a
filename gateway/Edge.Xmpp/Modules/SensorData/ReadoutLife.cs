namespace Edge.Xmpp.Modules.SensorData;

/// <summary>How long a read-out may read: until it is stopped, or until its time is over.</summary>
internal sealed class ReadoutLife : IDisposable
{
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource _ended;

    /// <summary>Begins now and ends after <paramref name="max"/>, or when <paramref name="stopped"/> fires.</summary>
    public ReadoutLife(TimeSpan max, TimeProvider clock, CancellationToken stopped)
    {
        _late = new(max, clock);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(stopped, _late.Token);
    }

    /// <summary>Fires at the end.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Ends what is still being read.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
        _late.Dispose();
    }
}
