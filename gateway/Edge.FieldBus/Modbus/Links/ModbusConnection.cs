using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;

using Edge.FieldBus.Modbus.Wire;

namespace Edge.FieldBus.Modbus.Links;

/// <summary>One open connection: matches answers to requests by transaction number. Late answers are dropped, an answer to another question
/// is an error of the device.</summary>
internal sealed class ModbusConnection : IAsyncDisposable
{
    // A connection on which three requests in a row went unanswered is taken for dead: the peer may have gone without a word.
    private const int SilencesToClose = 3;

    private readonly Stream _stream;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<ushort, TaskCompletionSource<(byte Unit, byte[] Pdu)?>> _pending = new();
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly Task _reading;
    private int _transaction;
    private int _silences;

    public ModbusConnection(Stream stream, TimeProvider clock)
    {
        (_stream, _clock) = (stream, clock);
        _reading = ReadAsync();
    }

    /// <summary>True once no request can be sent any more.</summary>
    public bool IsClosed => _closing.IsCancellationRequested;

    /// <summary>When it ended, once it has.</summary>
    public DateTimeOffset ClosedAt { get; private set; }

    /// <summary>True once the peer has answered anything.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Sends a request and waits for its answer.</summary>
    public async Task<ModbusReply> SendAsync(byte unit, byte[] request, TimeSpan timeout, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<(byte Unit, byte[] Pdu)?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var transaction = (ushort)Interlocked.Increment(ref _transaction);
        if (IsClosed || !_pending.TryAdd(transaction, answer)) return Lost();

        try
        {
            await WriteAsync(ModbusTcpFrame.Write(transaction, unit, request), cancel).ConfigureAwait(false);
            var received = await answer.Task.WaitAsync(timeout, _clock, cancel).ConfigureAwait(false);
            return received is { } frame ? Parse(unit, request, frame.Unit, frame.Pdu) : Lost();
        }
        catch (TimeoutException)
        {
            if (Interlocked.Increment(ref _silences) >= SilencesToClose) Close();
            return ModbusReply.Failure(ReplyKind.Silent, FormattableString.Invariant($"No answer within {timeout.TotalSeconds:0.###} s."));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            Close();
            return Lost();
        }
        finally
        {
            _pending.TryRemove(transaction, out _);
        }
    }

    /// <summary>Ends the connection; whoever waits is told.</summary>
    public void Close()
    {
        try
        {
            if (!IsClosed) ClosedAt = _clock.GetUtcNow();
            _closing.Cancel();
        }
        catch (ObjectDisposedException)
        {
            return; // closed by its owner already
        }

        foreach (var (_, waiting) in _pending) waiting.TrySetResult(null);
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
    }

    private static ModbusReply Lost() => ModbusReply.Failure(ReplyKind.Unreachable, "The connection was lost.");

    private static ModbusReply Parse(byte unit, byte[] request, byte answeringUnit, byte[] answer)
    {
        if (answeringUnit != unit || !ModbusPdu.TryParseAnswer(request, answer, out var refusal, out var data))
            return new(ReplyKind.Refused, default, "The device answered something else than was asked.");

        return refusal == ModbusException.None ? ModbusReply.Answer(data) : ModbusReply.Refusal(refusal);
    }

    private async Task WriteAsync(byte[] frame, CancellationToken cancel)
    {
        await _writer.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            // Not to be cut short by the caller: half a frame would spoil every later one.
            await _stream.WriteAsync(frame, _closing.Token).ConfigureAwait(false);
            await _stream.FlushAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new IOException("The connection was closed.");
        }
        finally
        {
            _writer.Release();
        }
    }

    private async Task ReadAsync()
    {
        var reader = PipeReader.Create(_stream);
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(_closing.Token).ConfigureAwait(false);
                var buffer = result.Buffer;
                while (ModbusTcpFrame.TryRead(ref buffer, out var frame)) Deliver(frame);
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted) break;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or ModbusProtocolException)
        {
            // However it ended, the connection is over.
        }
        finally
        {
            Close();
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private void Deliver(ModbusTcpFrame frame)
    {
        HasAnswered = true;
        Interlocked.Exchange(ref _silences, 0);
        if (_pending.TryRemove(frame.Transaction, out var waiting)) waiting.TrySetResult((frame.Unit, frame.Pdu.ToArray()));
    }
}
