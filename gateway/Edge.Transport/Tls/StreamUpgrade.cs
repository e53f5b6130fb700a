using System.IO.Pipelines;
using System.Net.Security;

namespace Edge.Transport.Tls;

/// <summary>
/// TLS over an existing pair of pipes, once both sides have agreed on it (STARTTLS). What was read ahead before the upgrade must be empty: bytes
/// that a man in the middle sent in the clear would otherwise count as encrypted ones (RFC 7590, CVE-2011-0411).
/// </summary>
public sealed class StreamUpgrade : IDuplexPipe, IAsyncDisposable
{
    private StreamUpgrade(SslStream stream)
    {
        Stream = stream;
        Input = PipeReader.Create(stream, new(leaveOpen: true));
        Output = PipeWriter.Create(stream, new(leaveOpen: true));
    }

    /// <summary>The decrypted bytes of the peer.</summary>
    public PipeReader Input { get; }

    /// <summary>Bytes to encrypt for the peer.</summary>
    public PipeWriter Output { get; }

    /// <summary>The TLS session: protocol, cipher, certificates.</summary>
    public SslStream Stream { get; }

    /// <summary>Does the server's side of the handshake; bound its time with <paramref name="cancel"/>.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The peer does not agree on TLS with us.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<StreamUpgrade> AsServerAsync(
        IDuplexPipe transport, SslServerAuthenticationOptions options, CancellationToken cancel = default)
    {
        var below = new DuplexPipeStream(transport) { IsLaborious = true };
        var stream = new SslStream(below);
        try
        {
            await stream.AuthenticateAsServerAsync(options, cancel).ConfigureAwait(false);
            below.IsLaborious = false;
            return new(stream);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Does the client's side of the handshake.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The server's certificate is not trusted, or TLS not agreed on.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<StreamUpgrade> AsClientAsync(
        IDuplexPipe transport, SslClientAuthenticationOptions options, CancellationToken cancel = default)
    {
        var stream = new SslStream(new DuplexPipeStream(transport));
        try
        {
            await stream.AuthenticateAsClientAsync(options, cancel).ConfigureAwait(false);
            return new(stream);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the TLS session; the pipes below stay their owner's.</summary>
    public async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        try
        {
            await Output.CompleteAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // Completing writes what was not flushed yet, and the peer is gone.
        }

        await Stream.DisposeAsync().ConfigureAwait(false);
    }
}
