using System.Text.Json;

namespace Edge.Tests.Portal.Kit;

/// <summary>Server-sent events, read one by one.</summary>
internal sealed class LiveStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(30), TimeProvider.System);

    private LiveStream(HttpResponseMessage response, Stream stream) => (_response, _reader) = (response, new(stream));

    public static async Task<LiveStream> OpenAsync(Browser browser)
    {
        var response = await browser.Http.GetAsync("/api/live", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event of this name that fits.</summary>
    public async Task<JsonElement> NextAsync(string name, Func<JsonElement, bool>? fits = null)
    {
        var isOfName = false;
        while (await _reader.ReadLineAsync(_patience.Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) isOfName = line[7..] == name;
            if (!isOfName || !line.StartsWith("data: ", StringComparison.Ordinal)) continue;

            var data = JsonDocument.Parse(line[6..]).RootElement;
            if (fits?.Invoke(data) != false) return data;
        }

        Assert.Fail($"The stream ended before '{name}'.");
        return default;
    }

    /// <summary>Reads on until the server ends the stream.</summary>
    public async Task EndsAsync()
    {
        while (await _reader.ReadLineAsync(_patience.Token) is not null)
        {
            // Whatever was still sent.
        }
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        _patience.Dispose();
        return ValueTask.CompletedTask;
    }
}
