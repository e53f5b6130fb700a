using System.Net.Http.Json;
using System.Net.Sockets;

using Edge.Gateway.Configuration;

namespace Edge.Gateway.Control;

/// <summary>A command's way to the gateway that runs with the same configuration.</summary>
internal sealed class ControlClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _path;
    private readonly HttpClient _http;

    /// <summary>A client of the gateway whose data folder this is; nothing is sent yet.</summary>
    public ControlClient(string dataFolder)
    {
        _path = ControlSocket.PathIn(dataFolder);
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false }) { BaseAddress = new("http://localhost"), Timeout = Patience };
    }

    /// <summary>For a command's <c>--config</c>.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    public static ControlClient For(string? configFile) =>
        new(GatewayConfiguration.Load(configFile)["gateway:dataFolder"] ?? new GatewayOptions().DataFolder);

    /// <summary>Posts JSON to a path below <c>/control/</c>. A refusal is an answer, too.</summary>
    /// <exception cref="ControlException">No gateway answers.</exception>
    public Task<HttpResponseMessage> PostAsync<T>(string path, T body, CancellationToken cancel) =>
        SendAsync(new(HttpMethod.Post, Path(path)) { Content = JsonContent.Create(body) }, cancel);

    /// <summary>Gets a path below <c>/control/</c>.</summary>
    /// <exception cref="ControlException">No gateway answers.</exception>
    public Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancel) => SendAsync(new(HttpMethod.Get, Path(path)), cancel);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string Path(string path) => $"{ControlEndpoints.Prefix}/{path}";

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return await _http.SendAsync(request, cancel);
        }
        catch (HttpRequestException error)
        {
            throw new ControlException(
                $"No gateway answers at {_path}: start it with 'edge-gateway run', give the same --config, and be the user that it runs as.", error);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_path), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception error) when (error is SocketException or ArgumentOutOfRangeException or OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>No gateway answers a command; the text says what to do.</summary>
internal sealed class ControlException(string message, Exception inner) : Exception(message, inner);
