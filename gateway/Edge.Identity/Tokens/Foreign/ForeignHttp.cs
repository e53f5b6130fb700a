using System.Net;

namespace Edge.Identity.Tokens.Foreign;

/// <summary>What came back from a server that is not ours: bytes, or what is wrong with it in words.</summary>
internal readonly record struct ForeignAnswer(byte[]? Bytes, string? Fault);

/// <summary>
/// Asks servers that are not ours, and believes nothing of how they behave: no redirects (a redirect would take a secret or our trust elsewhere), no
/// cookies, a time for the whole exchange, a limit for the answer that is kept while it is read.
/// </summary>
internal sealed class ForeignHttp(TimeProvider clock) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a change of address is seen
        MaxResponseHeadersLength = 16, // KiB
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // ours is by the given clock
    };

    /// <summary>True for a URI that may be asked: https, or http where nobody can listen in.</summary>
    public static bool IsSafe(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed)
        && (parsed.Scheme == Uri.UriSchemeHttps || (parsed.Scheme == Uri.UriSchemeHttp && parsed.IsLoopback))
        && parsed.UserInfo.Length == 0;

    /// <summary>Sends a request and reads at most <paramref name="maxBytes"/> of the answer.</summary>
    public async Task<ForeignAnswer> SendAsync(HttpRequestMessage request, int maxBytes, TimeSpan patience, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK) return new(null, $"it answered with status {(int)answer.StatusCode}");

            var body = await answer.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false)) return await ReadAsync(body, maxBytes, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return new(null, $"it did not answer within {patience.TotalSeconds:0} s");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return new(null, error.InnerException?.Message ?? error.Message);
        }
    }

    /// <summary>Reads a stream up to a limit.</summary>
    public static async Task<ForeignAnswer> ReadAsync(Stream stream, int maxBytes, CancellationToken cancel)
    {
        var buffer = new byte[Math.Min(maxBytes, 8192) + 1];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length) Array.Resize(ref buffer, Math.Min(buffer.Length * 2, maxBytes + 1));
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
            if (read == 0) return new(buffer[..length], null);

            length += read;
            if (length > maxBytes) return new(null, $"it sent more than {maxBytes} bytes");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
