using System.IO.Pipelines;
using System.Text;

using Edge.Identity.Sasl;

namespace Edge.Tests.Xmpp;

/// <summary>Bytes to the server as a test writes them, and the text that comes back.</summary>
internal sealed class RawClient(XmppHost.Duplex pipe) : IAsyncDisposable
{
    public const string Header = "<stream:stream to='edge.local' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

    private readonly StringBuilder _received = new();
    private int _pings;

    public async Task SendAsync(string text) => await SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await pipe.Output.WriteAsync(bytes);

    /// <summary>What came, up to and with <paramref name="end"/>.</summary>
    public async Task<string> ReadUntilAsync(string end)
    {
        while (true)
        {
            var text = _received.ToString();
            var at = text.IndexOf(end, StringComparison.Ordinal);
            if (at >= 0)
            {
                _received.Remove(0, at + end.Length);
                return text[..(at + end.Length)];
            }

            // The last words and the end may come at once.
            if (!await ReadMoreAsync() && !_received.ToString().Contains(end, StringComparison.Ordinal)) Assert.Fail($"The stream ended without '{end}': {_received}");
        }
    }

    /// <summary>Everything until the server closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReadMoreAsync())
        {
        }

        return _received.ToString();
    }

    /// <summary>SCRAM by hand; the stream has been opened.</summary>
    public async Task SignInAsync(string user)
    {
        var scram = new ScramClient(ScramMechanism.Sha256, user, TestAccounts.PasswordOf(user));
        await SendAsync($"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>{Base64(scram.First)}</auth>");
        var challenge = (await ReadUntilAsync("</challenge>")).Split('>')[^2].Split('<')[0];
        await SendAsync($"<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{Base64(scram.Answer(Encoding.UTF8.GetString(Convert.FromBase64String(challenge)))!)}</response>");
        await ReadUntilAsync("</success>");
    }

    /// <summary>Binds a resource by hand; the stream is one of a client that has signed in.</summary>
    public async Task BindAsync(string? resource = null)
    {
        var asked = resource is null ? "" : $"<resource>{resource}</resource>";
        await SendAsync($"<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>{asked}</bind></iq>");
        await ReadUntilAsync("</iq>");
    }

    /// <summary>Everything up to the answer to a ping that is sent now.</summary>
    public async Task<string> SoFarAsync()
    {
        var id = "so-far-" + ++_pings;
        await SendAsync($"<iq type='get' id='{id}'><ping xmlns='urn:xmpp:ping'/></iq>");
        var text = await ReadUntilAsync($"id='{id}'");
        await ReadUntilAsync("/>");
        return text[..text.LastIndexOf("<iq", StringComparison.Ordinal)];
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public Task HangUpAsync() => pipe.Output.CompleteAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await pipe.Output.CompleteAsync();
        await pipe.Input.CompleteAsync();
    }

    private async Task<bool> ReadMoreAsync()
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var result = await pipe.Input.ReadAsync(time.Token);
        foreach (var segment in result.Buffer) _received.Append(Encoding.UTF8.GetString(segment.Span));
        pipe.Input.AdvanceTo(result.Buffer.End);
        return !result.IsCompleted;
    }
}

/// <summary>A stream over pipes that tells the other side of its end, as closing a socket does.</summary>
internal sealed class PipeStream(XmppHost.Duplex pipe) : Stream
{
    private readonly Edge.Transport.DuplexPipeStream _inner = new(pipe);

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _inner.WriteAsync(buffer, cancellationToken);

    /// <summary>Says no more, and not goodbye.</summary>
    public ValueTask HangUpAsync() => pipe.Output.CompleteAsync();

    public override async ValueTask DisposeAsync()
    {
        await pipe.Output.CompleteAsync();
        await pipe.Input.CompleteAsync();
        await base.DisposeAsync();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
