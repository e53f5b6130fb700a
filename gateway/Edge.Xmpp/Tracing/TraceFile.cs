using System.Globalization;
using System.Text;
using System.Threading.Channels;

using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Tracing;

/// <summary>One trace: takes elements from the sessions without making them wait, and writes them when it can. Where the disk is too slow,
/// elements are left out and counted; where the file is full, nothing more is written.</summary>
internal sealed class TraceFile
{
    private const int MostWaiting = 1000;

    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly TimeProvider _clock;
    private readonly int _maxBytes;
    private long _leftOut;

    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public TraceFile(string path, DateTimeOffset until, int maxBytes, TimeProvider clock)
    {
        (Path, Until, _maxBytes, _clock) = (path, until, maxBytes, clock);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Written = WriteAsync(new FileStream(path, options));
    }

    public string Path { get; }

    public DateTimeOffset Until { get; }

    /// <summary>Completes when everything is on the disk, after <see cref="Complete"/>.</summary>
    public Task Written { get; }

    /// <summary>A client sent this.</summary>
    public void Received(Stanza element) => Post(new("->", element, default, null));

    /// <summary>It is sent this.</summary>
    public void Sent(ReadOnlyMemory<byte> element) => Post(new("<-", null, element, null));

    /// <summary>Its connection began or ended.</summary>
    public void Connected(string client) => Post(new("==", null, default, $"{client} is connected"));

    /// <summary>Its connection ended.</summary>
    public void Ended(string why) => Post(new("==", null, default, $"ended: {why}"));

    /// <summary>Takes nothing more.</summary>
    public void Complete() => _entries.Writer.TryComplete();

    private void Post(Entry entry)
    {
        if (!_entries.Writer.TryWrite(entry with { At = _clock.GetUtcNow() })) Interlocked.Increment(ref _leftOut);
    }

    private async Task WriteAsync(FileStream file)
    {
        await using var _ = file.ConfigureAwait(false);
        var written = 0L;
        await foreach (var entry in _entries.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            var line = Encoding.UTF8.GetBytes(Describe(entry));
            if ((written += line.Length) > _maxBytes)
            {
                Complete();
                line = Encoding.UTF8.GetBytes("== The trace is full (xmpp:trace:maxBytes).\n");
            }

            if (!await TryWriteAsync(file, line).ConfigureAwait(false) || written > _maxBytes) return;
        }
    }

    // A full disk ends the trace, and nothing else.
    private async ValueTask<bool> TryWriteAsync(FileStream file, byte[] line)
    {
        try
        {
            await file.WriteAsync(line).ConfigureAwait(false);
            if (_entries.Reader.Count == 0) await file.FlushAsync().ConfigureAwait(false);
            return true;
        }
        catch (IOException)
        {
            Complete();
            return false;
        }
    }

    private string Describe(Entry entry)
    {
        var leftOut = Interlocked.Exchange(ref _leftOut, 0);
        var gap = leftOut == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"== {leftOut} elements were left out here\n");
        return string.Create(CultureInfo.InvariantCulture, $"{gap}{entry.At:yyyy-MM-ddTHH:mm:ss.fffZ} {entry.Mark} {TextOf(entry)}\n");
    }

    private static string TextOf(Entry entry)
    {
        if (entry.Text is not null) return entry.Text;

        var element = entry.Element ?? StanzaParser.Parse(entry.Bytes.ToArray(), StreamHeader.Plain, XmlText.OwnLimits);
        return XmlText.ToText(SecretBlanker.Clean(element.ToElement()));
    }

    private readonly record struct Entry(string Mark, Stanza? Element, ReadOnlyMemory<byte> Bytes, string? Text)
    {
        public DateTimeOffset At { get; init; }
    }
}
