using System.Runtime.InteropServices;

namespace Edge.Benchmarks.Load;

/// <summary>The few calls of OpenSSL 3 that a TLS client over buffers in memory makes. .NET's own stream would bring tasks and copies into the generator.</summary>
internal static unsafe partial class OpenSsl
{
    public const int WantRead = 2;

    private const string Library = "libssl.so.3";

    /// <summary>What all clients share; it checks no certificate: only the server's side is measured.</summary>
    public static nint Context { get; } = ContextNew(ClientMethod());

    [LibraryImport(Library, EntryPoint = "TLS_client_method")]
    private static partial nint ClientMethod();

    [LibraryImport(Library, EntryPoint = "SSL_CTX_new")]
    private static partial nint ContextNew(nint method);

    [LibraryImport(Library, EntryPoint = "SSL_new")]
    public static partial nint New(nint context);

    [LibraryImport(Library, EntryPoint = "SSL_free")]
    public static partial void Free(nint ssl);

    [LibraryImport(Library, EntryPoint = "SSL_set_bio")]
    public static partial void SetBuffers(nint ssl, nint read, nint write);

    [LibraryImport(Library, EntryPoint = "SSL_set_connect_state")]
    public static partial void SetClient(nint ssl);

    [LibraryImport(Library, EntryPoint = "SSL_ctrl", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Control(nint ssl, int command, nint number, string text);

    [LibraryImport(Library, EntryPoint = "SSL_do_handshake")]
    public static partial int Handshake(nint ssl);

    [LibraryImport(Library, EntryPoint = "SSL_read")]
    public static partial int Read(nint ssl, byte* into, int count);

    [LibraryImport(Library, EntryPoint = "SSL_write")]
    public static partial int Write(nint ssl, byte* from, int count);

    [LibraryImport(Library, EntryPoint = "SSL_get_error")]
    public static partial int Error(nint ssl, int result);

    [LibraryImport("libcrypto.so.3", EntryPoint = "BIO_s_mem")]
    private static partial nint MemoryMethod();

    [LibraryImport("libcrypto.so.3", EntryPoint = "BIO_new")]
    private static partial nint BufferNew(nint method);

    [LibraryImport("libcrypto.so.3", EntryPoint = "BIO_write")]
    public static partial int BufferWrite(nint buffer, byte* from, int count);

    [LibraryImport("libcrypto.so.3", EntryPoint = "BIO_read")]
    public static partial int BufferRead(nint buffer, byte* into, int count);

    [LibraryImport("libcrypto.so.3", EntryPoint = "BIO_ctrl_pending")]
    public static partial nuint BufferPending(nint buffer);

    /// <summary>An empty buffer in memory.</summary>
    public static nint NewBuffer() => BufferNew(MemoryMethod());
}
