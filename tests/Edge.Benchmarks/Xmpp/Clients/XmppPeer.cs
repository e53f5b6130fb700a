using System.Text;

using Edge.Benchmarks.Load;

namespace Edge.Benchmarks.Xmpp.Clients;

/// <summary>A client: opens its stream, takes TLS where it is to, signs in, binds a resource, and is ready. It looks for the few words that it waits for,
/// and parses nothing.</summary>
internal class XmppPeer : Peer, IDisposable
{
    private readonly XmppLogin _login;
    private readonly XmppDialogue _dialogue;
    private readonly Text _text;
    private TlsClient? _tls;

    public XmppPeer(XmppLogin login)
    {
        _login = login;
        _dialogue = new(login, SendText, StartTls);
        _text = new(this);
    }

    /// <summary>True once the server has answered everything that it was asked.</summary>
    public bool IsReady => _dialogue.IsReady;

    /// <summary>The full address that the server gave it.</summary>
    public string Address => _dialogue.Address;

    /// <summary>Opens the stream.</summary>
    public void Begin() => _dialogue.Begin();

    /// <summary>Closes the connection, without a word.</summary>
    public void Dispose()
    {
        Close();
        _tls?.Dispose();
        _tls = null;
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public override string ToString() => _login.User;

    /// <summary>Called once, when it is ready.</summary>
    protected virtual void OnReady()
    {
    }

    /// <summary>The last chance in a turn to send.</summary>
    protected virtual void FillText()
    {
    }

    /// <summary>Text of a client that is ready.</summary>
    /// <returns>What is not whole yet.</returns>
    protected virtual ReadOnlySpan<byte> OnText(ReadOnlySpan<byte> text) => [];

    /// <summary>Sends it at the end of the turn.</summary>
    protected void Send(ReadOnlySpan<byte> text)
    {
        if (_tls is null)
        {
            text.CopyTo(Post(text.Length));
            return;
        }

        _text.Add(text);
        Wake();
    }

    protected sealed override void Fill()
    {
        FillText();
        if (_tls is not { IsReady: true } || _text.Waiting.IsEmpty) return;

        _tls.Write(_text.Waiting);
        _text.Clear();
        PostCipher();
    }

    protected sealed override ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes)
    {
        if (_tls is null) return Understand(bytes);

        _tls.Feed(bytes);
        if (!_tls.IsReady) Shake();
        if (_tls is { IsReady: true }) _text.ReadAll(_tls);
        return [];
    }

    internal ReadOnlySpan<byte> Understand(ReadOnlySpan<byte> text)
    {
        if (IsReady) return OnText(text);
        if (!_dialogue.Take(text)) return text;
        if (IsReady) OnReady();
        return [];
    }

    private void SendText(string text) => Send(Encoding.UTF8.GetBytes(text));

    private void StartTls()
    {
        _tls = new(_login.Domain);
        Shake();
    }

    private void Shake()
    {
        _tls!.Shake();
        PostCipher();
        if (_tls.IsReady) _dialogue.OpenStream();
    }

    private void PostCipher()
    {
        if (_tls!.Waiting is > 0 and var count) _tls.Drain(Post(count));
    }

    /// <summary>Text under TLS: what is to be encrypted, and what was decrypted and is not whole.</summary>
    private sealed class Text(XmppPeer peer)
    {
        // One thread runs the loop.
        [ThreadStatic]
        private static byte[]? _scratch;

        private byte[] _out = [];
        private int _outLength;
        private byte[] _rest = [];
        private int _restLength;

        public ReadOnlySpan<byte> Waiting => _out.AsSpan(0, _outLength);

        public void Add(ReadOnlySpan<byte> text)
        {
            if (_outLength + text.Length > _out.Length) Array.Resize(ref _out, Math.Max(256, 2 * (_outLength + text.Length)));
            text.CopyTo(_out.AsSpan(_outLength));
            _outLength += text.Length;
        }

        public void Clear() => _outLength = 0;

        public void ReadAll(TlsClient tls)
        {
            var scratch = _scratch ??= new byte[512 * 1024];
            _rest.AsSpan(0, _restLength).CopyTo(scratch);
            var length = _restLength;
            while (length < scratch.Length && tls.Read(scratch.AsSpan(length)) is > 0 and var count) length += count;
            if (length == _restLength) return;

            var rest = peer.Understand(scratch.AsSpan(0, length));
            _restLength = rest.Length;
            if (_rest.Length < _restLength) _rest = new byte[_restLength + 64];
            rest.CopyTo(_rest);
        }
    }
}
