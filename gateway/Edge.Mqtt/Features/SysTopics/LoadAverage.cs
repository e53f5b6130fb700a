namespace Edge.Mqtt.Features.SysTopics;

/// <summary>
/// A count per minute, averaged over one, five and fifteen minutes so that what is long ago fades (as a Unix load average). Looked at whenever somebody asks:
/// what came in between is taken as spread evenly, so that nothing has to tick meanwhile.
/// </summary>
internal sealed class LoadAverage
{
    private static readonly double[] Minutes = [1, 5, 15];

    private readonly double[] _averages = new double[Minutes.Length];
    private long _last;

    /// <summary>Per minute, over one, five and fifteen minutes.</summary>
    public IReadOnlyList<double> Averages => _averages;

    /// <summary>Takes a look at the count, so long after the look before.</summary>
    public void Look(long count, TimeSpan since)
    {
        if (since <= TimeSpan.Zero) return;

        var perMinute = (count - _last) / since.TotalMinutes;
        _last = count;
        for (var i = 0; i < Minutes.Length; i++)
        {
            var kept = Math.Exp(-since.TotalMinutes / Minutes[i]);
            _averages[i] = perMinute + (kept * (_averages[i] - perMinute));
        }
    }
}
