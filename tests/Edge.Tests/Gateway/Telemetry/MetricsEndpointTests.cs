using System.Net;
using System.Net.Http.Headers;

using Edge.Gateway.Configuration;
using Edge.Gateway.Hosting;
using Edge.TestKit;

namespace Edge.Tests.Gateway.Telemetry;

/// <summary><c>/metrics</c> of a gateway that runs.</summary>
public sealed class MetricsEndpointTests : IDisposable
{
    private const string Token = "a-token-for-the-collector";

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task This_machine_reads_what_the_gateway_counts()
    {
        await using var gateway = await StartAsync();
        using var answer = await GetAsync(gateway, null);

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var samples = PrometheusReader.Read(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Contains(samples, s => s.Name == "dotnet_process_memory_working_set_bytes" && s.Value > 0);
        await gateway.StopAsync(Cancel);
    }

    [Fact]
    public async Task With_a_token_only_who_shows_it_reads()
    {
        await using var gateway = await StartAsync(("metrics:token", Token));
        using var without = await GetAsync(gateway, null);
        using var wrong = await GetAsync(gateway, Token + "x");
        using var right = await GetAsync(gateway, Token);

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK], [without.StatusCode, wrong.StatusCode, right.StatusCode]);
        Assert.Contains("metrics:token", await wrong.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await gateway.StopAsync(Cancel);
    }

    [Fact]
    public async Task Switched_off_it_is_not_there()
    {
        await using var gateway = await StartAsync(("metrics:enabled", "false"));
        using var answer = await GetAsync(gateway, null);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        await gateway.StopAsync(Cancel);
    }

    public void Dispose() => _folder.Dispose();

    private Task<GatewayHost> StartAsync(params (string Key, string Value)[] settings) =>
        SmallGateway.StartAsync(_folder, [("listeners:http:enabled", "true"), ("listeners:http:port", "0"), .. settings]);

    private static async Task<HttpResponseMessage> GetAsync(GatewayHost gateway, string? token)
    {
        using var http = new HttpClient { BaseAddress = new($"http://localhost:{gateway.Endpoints.Http}") };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.GetAsync(new Uri("/metrics", UriKind.Relative), Cancel);
    }
}
