namespace Edge.Benchmarks.Load;

/// <summary>TLS for one connection of the generator, between its bytes and its text.</summary>
internal sealed unsafe class TlsClient : IDisposable
{
    private const int ServerNameCommand = 55; // SSL_CTRL_SET_TLSEXT_HOSTNAME

    private readonly nint _ssl = OpenSsl.New(OpenSsl.Context);
    private readonly nint _in = OpenSsl.NewBuffer();
    private readonly nint _out = OpenSsl.NewBuffer();

    /// <param name="name">The name to ask for.</param>
    public TlsClient(string name)
    {
        OpenSsl.SetBuffers(_ssl, _in, _out); // they are its own from here on
        OpenSsl.Control(_ssl, ServerNameCommand, 0, name);
        OpenSsl.SetClient(_ssl);
    }

    /// <summary>True once both sides agree.</summary>
    public bool IsReady { get; private set; }

    /// <summary>How many bytes wait to be sent.</summary>
    public int Waiting => (int)OpenSsl.BufferPending(_out);

    /// <summary>Goes on with the handshake.</summary>
    public void Shake()
    {
        var result = OpenSsl.Handshake(_ssl);
        if (result == 1) IsReady = true;
        else if (OpenSsl.Error(_ssl, result) != OpenSsl.WantRead) throw new IOException("TLS could not be agreed on with the server.");
    }

    /// <summary>Takes what came over the network.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes) _ = OpenSsl.BufferWrite(_in, start, bytes.Length);
    }

    /// <summary>Text that has come: how much; 0 where there is none now.</summary>
    public int Read(Span<byte> into)
    {
        fixed (byte* start = into)
        {
            var count = OpenSsl.Read(_ssl, start, into.Length);
            return Math.Max(count, 0);
        }
    }

    /// <summary>Encrypts text.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        fixed (byte* start = text)
        {
            if (OpenSsl.Write(_ssl, start, text.Length) != text.Length) throw new IOException("TLS took no text.");
        }
    }

    /// <summary>Takes bytes that are to be sent; there are <see cref="Waiting"/>.</summary>
    public void Drain(Span<byte> into)
    {
        fixed (byte* start = into) _ = OpenSsl.BufferRead(_out, start, into.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => OpenSsl.Free(_ssl);
}
