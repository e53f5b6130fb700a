using System.Globalization;
using System.Text;
using System.Threading.Channels;

using Edge.Transport;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Wire;

using XmlException = System.Xml.XmlException;

namespace Edge.Xmpp.Tracing;

/// <summary>One trace: takes elements from the sessions without making them wait, and writes them when it can. Where the disk is too slow,
/// elements are left out and counted; where the file is full, nothing more is written.</summary>
internal sealed class TraceFile
{
    private const int MostWaiting = 1000;

    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly TraceOptions _options;
    private readonly TimeProvider _clock;
    private long _waitingBytes;
    private long _leftOut;

    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public TraceFile(string path, DateTimeOffset until, TraceOptions options, TimeProvider clock)
    {
        (Path, Until, _options, _clock) = (path, until, options, clock);
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows()) how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Written = WriteAsync(new FileStream(path, how));
    }

    public string Path { get; }

    public DateTimeOffset Until { get; }

    /// <summary>Completes when everything is on the disk, after <see cref="Complete"/>. It does not fail: a full disk ends the trace, and nothing else.</summary>
    public Task Written { get; }

    /// <summary>A client sent this.</summary>
    public void Received(Stanza element) => Post(new("->", element, element.Bytes, null));

    /// <summary>It is sent this.</summary>
    public void Sent(ReadOnlyMemory<byte> element) => Post(new("<-", null, element, null));

    /// <summary>Its connection began.</summary>
    public void Connected(string client) => Post(new("==", null, default, $"{client} is connected"));

    /// <summary>Its connection ended; the stream's error is the last thing that the client is sent, where it reads.</summary>
    public void Ended(StreamEnd ending)
    {
        if (ending is { Fault: { } fault, Reason: not (EndReason.PeerGone or EndReason.SlowConsumer) }) Sent(XmlText.ToBytes(fault.ToElement()));
        Post(new("==", null, default, $"ended: {ending.Text}"));
    }

    /// <summary>Takes nothing more.</summary>
    public void Complete() => _entries.Writer.TryComplete();

    private void Post(Entry entry)
    {
        var waiting = Interlocked.Add(ref _waitingBytes, entry.Bytes.Length);
        if (waiting <= _options.MaxWaitingBytes && _entries.Writer.TryWrite(entry with { At = _clock.GetUtcNow() })) return;

        Interlocked.Add(ref _waitingBytes, -entry.Bytes.Length);
        Interlocked.Increment(ref _leftOut);
    }

    private async Task WriteAsync(FileStream file)
    {
        try
        {
            await using var _ = file.ConfigureAwait(false);
            await WriteEntriesAsync(file).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Complete();
        }
    }

    private async Task WriteEntriesAsync(FileStream file)
    {
        var written = 0L;
        await foreach (var entry in _entries.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            var line = Describe(entry);
            Interlocked.Add(ref _waitingBytes, -entry.Bytes.Length);
            if ((written += line.Length) > _options.MaxBytes)
            {
                Complete();
                line = "== The trace is full (xmpp:trace:maxBytes).\n"u8.ToArray();
            }

            await file.WriteAsync(line).ConfigureAwait(false);
            if (_entries.Reader.Count == 0) await file.FlushAsync().ConfigureAwait(false);
            if (written > _options.MaxBytes) return;
        }
    }

    private byte[] Describe(Entry entry)
    {
        var leftOut = Interlocked.Exchange(ref _leftOut, 0);
        var gap = leftOut == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"== {leftOut} elements were left out here (xmpp:trace:maxWaitingBytes, or the disk)\n");
        var start = string.Create(CultureInfo.InvariantCulture, $"{gap}{entry.At:yyyy-MM-ddTHH:mm:ss.fffZ} {entry.Mark} ");
        return [.. Encoding.UTF8.GetBytes(start), .. BytesOf(entry).Span, (byte)'\n'];
    }

    // As it came or went, byte for byte, where nothing had to be blanked.
    private static ReadOnlyMemory<byte> BytesOf(Entry entry)
    {
        if (entry.Text is not null) return Encoding.UTF8.GetBytes(entry.Text);

        try
        {
            var element = (entry.Element ?? StanzaParser.Parse(entry.Bytes.ToArray(), StreamHeader.Plain, XmlText.OwnLimits)).ToElement();
            return SecretBlanker.TryClean(element, out var clean) ? Encoding.UTF8.GetBytes(XmlText.ToText(clean)) : entry.Bytes;
        }
        catch (Exception e) when (e is XmppStreamException or XmlException or ArgumentException or InvalidOperationException)
        {
            // Nobody can say whether there is a secret in it.
            return Encoding.UTF8.GetBytes($"({entry.Bytes.Length} bytes that cannot be read: {e.Message})");
        }
    }

    private readonly record struct Entry(string Mark, Stanza? Element, ReadOnlyMemory<byte> Bytes, string? Text)
    {
        public DateTimeOffset At { get; init; }
    }
}
