using System.Buffers;
using System.Threading.Channels;

using Edge.Xmpp.Modules;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Bosh;

/// <summary>
/// One session over many requests (XEP-0124): puts them in order, holds them until there is something to answer, and ends with a client that asks too
/// much or no more. On its other side are the parts of a stream that came, and the elements that are to go.
/// </summary>
[Xep(124, "1.11.2")]
internal sealed class BoshSession
{
    // What may wait to be fetched before the writer is held up.
    private const int MostWaitingBytes = 64 * 1024;

    // What may have come, and wait to be worked on, before requests are left unanswered, so that the client cannot send more: first those that there is
    // nothing to answer with, and then the others, too. What is worked on may wait for the client to fetch something.
    private const int MostBacklogParts = 64;
    private const int MostBacklogBytes = 64 * 1024;
    private const int FullBacklog = 16;

    private readonly Lock _lock = new();
    private readonly StreamSetting _setting;
    private readonly BoshTerms _terms;
    private readonly BoshAnswers _answers;
    private readonly BoshKeys _keys = new();
    private readonly BoshPace _pace;
    private readonly ByteAllowance _allowance;
    private readonly SortedList<long, BoshRequest> _early = [];
    private readonly List<BoshRequest> _held = [];
    private readonly Channel<StreamPart> _incoming = Channel.CreateUnbounded<StreamPart>(); // the one for a single reader cannot count
    private ArrayBufferWriter<byte> _payloads = new();
    private TaskCompletionSource? _drained;
    private long _incomingBytes;
    private long _lastRid;
    private long _lastActive;
    private int _inactivity;
    private string? _end;
    private bool _isEnding;
    private bool _hasEnded;

    public BoshSession(BoshTerms terms, StreamSetting setting)
    {
        (_terms, _setting, _lastRid, _inactivity) = (terms, setting, terms.FirstRid - 1, terms.Inactivity);
        _answers = new(terms, setting.Domain);
        _pace = new(terms, setting.Clock);
        _allowance = new(setting.Options);
        _lastActive = setting.Clock.GetTimestamp();
    }

    public string Sid => _terms.Sid;

    /// <summary>The client has signed in.</summary>
    public bool IsTrusted => _allowance.IsLifted;

    /// <summary>Nothing that comes counts any more.</summary>
    public bool HasEnded => _hasEnded;

    public long LastReceived { get; private set; }

    /// <summary>Nobody will ask for it any more.</summary>
    public bool IsGone { get; private set; }

    /// <summary>How many requests wait for their answer.</summary>
    public int HeldCount
    {
        get
        {
            lock (_lock) return _held.Count + _early.Count;
        }
    }

    public void Trust() => _allowance.Lift();

    /// <summary>Takes a request; the answer comes when it is its turn.</summary>
    public Task<BoshAnswer> AskAsync(BoshBody body)
    {
        var request = new BoshRequest(body, _setting.Clock.GetTimestamp());
        lock (_lock)
        {
            LastReceived = request.Arrived;
            if (!_hasEnded) _lastActive = request.Arrived; // or who asks for it again and again would keep what is over
            Take(request);
            Answer();
        }

        return request.Answer;
    }

    /// <summary>Takes an element for the client.</summary>
    public void Put(ReadOnlySpan<byte> element)
    {
        lock (_lock)
        {
            if (!_hasEnded) LoneElement.Write(element, _payloads, declaresStream: true);
        }
    }

    /// <summary>Answers with what there is, and waits while too much is not fetched.</summary>
    /// <returns>False where the session has ended.</returns>
    public async ValueTask<bool> FlushAsync(CancellationToken cancel)
    {
        Task? drained = null;
        lock (_lock)
        {
            Answer();
            if (!_hasEnded && _payloads.WrittenCount >= MostWaitingBytes)
                drained = (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        if (drained is not null) await drained.WaitAsync(cancel).ConfigureAwait(false);
        return !_hasEnded;
    }

    /// <summary>What came next, for the stream; what came before has been worked on.</summary>
    /// <exception cref="XmppStreamException">What the stream is to end with.</exception>
    /// <exception cref="EndOfStreamException">The session has ended.</exception>
    public async ValueTask<StreamPart> ReadAsync(CancellationToken cancel)
    {
        if (_incoming.Reader.Count == 0)
        {
            lock (_lock) Answer();
        }

        if (!await _incoming.Reader.WaitToReadAsync(cancel).ConfigureAwait(false) || !_incoming.Reader.TryRead(out var part))
            throw new EndOfStreamException("The session has ended.");

        Interlocked.Add(ref _incomingBytes, -LengthOf(part));
        return part;
    }

    /// <summary>Ends the session with what there is to say: now, or with the next request.</summary>
    /// <param name="condition">"" where all is well.</param>
    public void Close(string condition)
    {
        lock (_lock)
        {
            if (_hasEnded) return;

            _end = condition;
            while (_held.Count > 0) AnswerOldest();
            Finish(null);
        }
    }

    /// <summary>Keeps time: the longest wait, and inactivity.</summary>
    public void Check(long now)
    {
        lock (_lock)
        {
            while (_held.Count > 0 && Elapsed(_held[0].Arrived, now) >= _terms.Wait) AnswerOldest();
            if (_held.Count > 0 || Elapsed(_lastActive, now) < _inactivity) return;

            IsGone = true;
            if (!_hasEnded) Finish(new EndOfStreamException($"No request came for {_inactivity} s (xmpp:bosh:inactivitySeconds)."));
        }
    }

    private void Take(BoshRequest request)
    {
        var rid = request.Body.Rid;
        if (_answers.Find(request.Body) is { } former) request.Set(former);
        else if (_hasEnded) AnswerAfterEnd(request);
        else if (_held.FindIndex(h => h.Body.Rid == rid) is >= 0 and var at) Replace(at, request);
        else if (rid <= _lastRid || rid > _lastRid + _terms.Requests + 1) Fail(request, BoshNames.ItemNotFound);
        else TakeNew(request);
    }

    // §14.3: the new one gets the answer.
    private void Replace(int at, BoshRequest request)
    {
        if (_held[at].Body.Key != request.Body.Key)
        {
            Fail(request, BoshNames.ItemNotFound);
            return;
        }

        _held[at].Set(_answers.Recoverable());
        _held[at] = request;
    }

    private void TakeNew(BoshRequest request)
    {
        if (_early.Remove(request.Body.Rid, out var former)) former.Set(_answers.Recoverable());
        _early.Add(request.Body.Rid, request);
        while (!_hasEnded && _early.Remove(_lastRid + 1, out var next)) Accept(next);
    }

    private void Accept(BoshRequest request)
    {
        _lastRid++;
        _inactivity = _terms.Inactivity;
        if (!_keys.Takes(request.Body))
        {
            Fail(request, BoshNames.ItemNotFound);
            return;
        }

        _held.Add(request);
        if (_pace.IsBrokenBy(request, _held.Count + _early.Count, _answers.HadPayload) || request.Body.Pause > _terms.MaxPause)
        {
            Fail(request, BoshNames.PolicyViolation);
            return;
        }

        Forward(request.Body);
        if (request.Body.Pause is not { } pause) return;

        while (_held.Count > 0) AnswerOldest(withPayloads: false);
        _inactivity = pause;
    }

    private void Forward(BoshBody body)
    {
        _isEnding |= body.IsTerminate; // the oldest request is to tell of the end (§13)
        try
        {
            _allowance.Take(body.Length);
            if (body.IsRestart || body.Rid == _terms.FirstRid) Write(new(body.Header, null));
            foreach (var payload in body.IsRestart ? [] : body.Payloads) Write(new(null, payload));
            if (body.Fault is not null) _incoming.Writer.TryComplete(body.Fault);
            else if (body.IsTerminate) Write(default);
        }
        catch (XmppStreamException tooMuch)
        {
            _incoming.Writer.TryComplete(tooMuch);
        }
    }

    private void Write(StreamPart part)
    {
        if (_incoming.Writer.TryWrite(part)) Interlocked.Add(ref _incomingBytes, LengthOf(part));
    }

    private static int LengthOf(StreamPart part) => part.Stanza?.Bytes.Length ?? 0;

    private void Answer()
    {
        if (_hasEnded) return;

        var backlog = Math.Max(_incoming.Reader.Count / MostBacklogParts, (int)(Interlocked.Read(ref _incomingBytes) / MostBacklogBytes));
        if (_held.Count > 0 && _payloads.WrittenCount > 0 && backlog < FullBacklog) AnswerOldest();
        while (!_isEnding && _held.Count > _terms.Hold && backlog == 0) AnswerOldest();
    }

    private void AnswerOldest(bool withPayloads = true)
    {
        var request = _held[0];
        _held.RemoveAt(0);
        request.Set(_answers.Make(request, _lastRid, withPayloads ? _payloads.WrittenSpan : default, _end));
        _end = null; // the oldest is told; the others get nothing (§13)
        _lastActive = _setting.Clock.GetTimestamp();
        if (!withPayloads) return;

        if (_payloads.Capacity > MostWaitingBytes) _payloads = new();
        else _payloads.ResetWrittenCount();
        Interlocked.Exchange(ref _drained, null)?.TrySetResult();
    }

    // The client broke the rules of HTTP binding: the session is over, and nothing more of the stream counts.
    private void Fail(BoshRequest request, string condition)
    {
        foreach (var other in _held.Where(h => h != request)) other.Set(_answers.Make(other, _lastRid, default, BoshNames.OtherRequest));
        request.Set(_answers.Make(request, _lastRid, default, condition));
        _held.Clear();
        Finish(new EndOfStreamException($"The client broke a rule of XEP-0124: {condition}."));
    }

    private void AnswerAfterEnd(BoshRequest request)
    {
        var end = request.Body.Rid > _lastRid && _keys.Takes(request.Body) ? _end : null;
        request.Set(end is null ? BoshAnswer.Terminal(BoshNames.ItemNotFound) : _answers.Make(request, request.Body.Rid, _payloads.WrittenSpan, end));
        (_end, _lastRid) = (null, Math.Max(_lastRid, request.Body.Rid));
    }

    private void Finish(Exception? why)
    {
        _hasEnded = true;
        foreach (var request in _early.Values) request.Set(BoshAnswer.Terminal(BoshNames.ItemNotFound));
        _early.Clear();
        _incoming.Writer.TryComplete(why ?? new EndOfStreamException("The session has ended."));
        Interlocked.Exchange(ref _drained, null)?.TrySetResult();
    }

    private double Elapsed(long since, long now) => _setting.Clock.GetElapsedTime(since, now).TotalSeconds;
}
