using Edge.Transport;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.StreamManagement;

/// <summary>
/// One session with acknowledgements: counts what comes and goes, keeps what its client has not acknowledged, and keeps the resource itself
/// while the client is away. Its state is guarded by the resource's lock.
/// </summary>
internal sealed class ManagedSession : DeliveryStage, IResourceKeeper
{
    // A busy client is asked now and then; one that gets a message now and then is asked by the heartbeat.
    private const int RequestAfter = 20;

    private const string Overflow =
        "More waits for an acknowledgement of this client than xmpp:streamManagement:maxUnacknowledgedStanzas or maxUnacknowledgedBytes allow.";

    private readonly ResumptionTable _table;
    private readonly UnacknowledgedQueue _queue;
    private readonly AcknowledgementWaits _waits = new();
    private readonly long _receivedBefore;
    private Flow _flow = Flow.Open;
    private ulong _posted;
    private ulong _highest;
    private int _sinceRequest;
    private bool _isRequested;
    private long _awaySince;
    private long _reserved;

    public ManagedSession(ResumptionTable table, BoundResource bound, string id, int resumeSeconds)
    {
        (_table, Bound, Id, ResumeSeconds) = (table, bound, id, resumeSeconds);
        _queue = new(table.Options.MaxUnacknowledgedStanzas, table.Options.MaxUnacknowledgedBytes);
        _receivedBefore = bound.Traffic.In.Stanzas;
    }

    private enum Flow
    {
        /// <summary>What comes is posted.</summary>
        Open,

        /// <summary>What comes waits behind what is sent again.</summary>
        CatchingUp,

        /// <summary>There is no way to the client.</summary>
        Closed,

        /// <summary>The session is over.</summary>
        Over,
    }

    public BoundResource Bound { get; }

    public string Id { get; }

    /// <summary>For how long it is kept; 0 where the client did not ask for that.</summary>
    public int ResumeSeconds { get; }

    /// <summary>How many stanzas of the client were handled, modulo 2^32.</summary>
    public uint Handled => (uint)(Bound.Traffic.In.Stanzas - _receivedBefore);

    public override int Order => 100;

    public override string? Pass(ReadOnlyMemory<byte> stanza)
    {
        if (_flow == Flow.Over) return "The session is over.";
        if (_flow == Flow.Closed && !TryReserve(stanza.Length)) return ResumptionTable.Full;
        if (!_queue.TryAdd(new(stanza, _table.Now))) return Overflow;

        if (_flow == Flow.Open) Post();
        return null;
    }

    /// <summary>Takes an acknowledgement.</summary>
    /// <exception cref="XmppStreamException">There were never so many.</exception>
    public void Acknowledge(uint handled) => Bound.Between(static on => on.Session.TakeAcknowledgement(on.Handled), (Session: this, Handled: handled));

    private void TakeAcknowledgement(uint handled)
    {
        if (!_queue.TryAcknowledge(handled, _highest)) throw ManagementText.TooHigh(handled, (uint)_highest);

        _posted = Math.Max(_posted, _queue.Acknowledged);
        _isRequested = false;
        _waits.Reached(_queue.Acknowledged);
        if (_sinceRequest >= RequestAfter) Request();
    }

    /// <summary>Once a second: asks for what is outstanding; ends the wait for a client that does not come back.</summary>
    public void OnBeat(long timestamp)
    {
        if (!Bound.IsConnected)
        {
            if (_table.Clock.GetElapsedTime(Volatile.Read(ref _awaySince), timestamp).TotalSeconds >= ResumeSeconds) Bound.TryEndAway();
            return;
        }

        if (_queue.Count == 0) return; // looked at again below; most sessions are idle
        Bound.Between(() =>
        {
            if (_flow == Flow.Open && _queue.Count > 0 && !_isRequested) Request();
        });
    }

    public override void OnAttached(ClientLink link)
    {
        ReleaseReserved();
        (_flow, _posted, _isRequested, _sinceRequest) = (Flow.CatchingUp, _queue.Acknowledged, false, 0);
        _ = CatchUpAsync(link);
    }

    public override string? OnDetached()
    {
        _flow = Flow.Closed;
        return null;
    }

    public bool TryKeep(EndReason reason)
    {
        var mayComeBack = reason is EndReason.PeerGone or EndReason.KeepAliveTimeout or EndReason.SlowConsumer or EndReason.TakenOver;
        if (ResumeSeconds == 0 || !mayComeBack || _queue.IsOver || !TryReserve(ResumptionTable.SessionBytes + _queue.Bytes)) return false;

        Volatile.Write(ref _awaySince, _table.Clock.GetTimestamp());
        return true;
    }

    public void Release() => _table.SeeOff(this);

    public bool IsHalfFull => _queue.IsHalfFull;

    public Task<bool> AcknowledgedAsync()
    {
        if (_flow == Flow.Over) return Task.FromResult(false);

        // Somebody waits: the client is asked now, not at the next beat.
        if (_flow == Flow.Open && _queue.Count > 0 && !_isRequested) Request();
        return _waits.UntilAsync(_queue.Last, _queue.Acknowledged);
    }

    public IReadOnlyList<UndeliveredStanza> Conclude()
    {
        _flow = Flow.Over;
        _waits.GiveUp();
        ReleaseReserved();
        _table.Remove(this);
        return _queue.ToArray();
    }

    private void Post()
    {
        if (Next.Pass(_queue[_posted + 1].Bytes) is { } overflow)
        {
            // The stanza is not lost: it waits for the client's next connection.
            _flow = Flow.Closed;
            Bound.Link?.End(EndReason.SlowConsumer, StreamErrors.PolicyViolation, overflow);
            return;
        }

        Posted();
        if (++_sinceRequest >= RequestAfter && !_isRequested) Request();
    }

    private void Posted()
    {
        _posted++;
        _highest = Math.Max(_highest, _posted);
    }

    private void Request()
    {
        _sinceRequest = 0;
        _isRequested = Bound.Link?.TryPost(ManagementText.Request) == true;
    }

    /// <summary>Sends again what the client did not get, as fast as it reads; what comes meanwhile waits behind it.</summary>
    private async Task CatchUpAsync(ClientLink link)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // not under the lock of the resource
        try
        {
            while (PostSome(link)) await link.WaitUntilSentAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The connection is gone; the next one begins where the client has come to.
        }
    }

    // True where there is more to send.
    private bool PostSome(ClientLink link)
    {
        var isMore = false;
        Bound.Between(() =>
        {
            if (Bound.Link != link || link.Ended.IsCancellationRequested) return;

            while (_posted < _queue.Last && link.HasRoom && Next.Pass(_queue[_posted + 1].Bytes) is null) Posted();
            isMore = _posted < _queue.Last;
            if (isMore) return;

            _flow = Flow.Open;
            if (_queue.Count > 0) Request();
        });
        return isMore;
    }

    private bool TryReserve(long bytes)
    {
        if (!_table.TryReserve(bytes)) return false;
        _reserved += bytes;
        return true;
    }

    private void ReleaseReserved()
    {
        _table.Unreserve(_reserved);
        _reserved = 0;
    }
}
