namespace Edge.Xmpp.Bosh;

/// <summary>Finds clients that ask more often than they may (XEP-0124 §11, §12).</summary>
internal sealed class BoshPace(BoshTerms terms, TimeProvider clock)
{
    private BoshRequest? _last;

    /// <summary>Looks at the next request, before it is answered.</summary>
    /// <param name="request">The request.</param>
    /// <param name="open">How many are open, with this one.</param>
    /// <param name="lastHadPayload">The answer to the one before carried something.</param>
    /// <returns>True where the client breaks the rules.</returns>
    public bool IsBrokenBy(BoshRequest request, int open, bool lastHadPayload)
    {
        var former = _last;
        _last = request;
        var isLast = request.Body.IsTerminate || request.Body.Pause is not null;
        if (open > terms.Requests + (isLast ? 1 : 0)) return true;
        if (former is null || !request.Body.IsEmpty || clock.GetElapsedTime(former.Arrived, request.Arrived).TotalSeconds >= terms.Polling) return false;
        return terms.IsPolling ? former.Body.IsEmpty && !lastHadPayload : open == terms.Requests;
    }
}
