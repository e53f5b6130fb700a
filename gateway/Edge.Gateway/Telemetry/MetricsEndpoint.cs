using System.Net;
using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace Edge.Gateway.Telemetry;

/// <summary><c>GET /metrics</c>, for Prometheus and whoever reads its format.</summary>
internal static class MetricsEndpoint
{
    private const string Scheme = "Bearer ";

    /// <summary>Registers it with its section.</summary>
    public static IServiceCollection AddEdgeMetrics(this IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<MetricsOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MetricsOptions>, MetricsOptionsValidator>();
        return services.AddMetrics().AddSingleton<MeterReader>();
    }

    /// <summary>Maps it, and begins to count.</summary>
    public static void MapMetrics(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value;
        if (!options.Enabled) return;

        app.Services.GetRequiredService<MeterReader>();
        app.MapGet("/metrics", Answer).AllowAnonymous().WithMetadata(new PlainAnswers());
    }

    private static ContentHttpResult Answer(HttpContext http, MeterReader meters, IOptions<MetricsOptions> options) => MayRead(http, options.Value.Token)
        ? TypedResults.Text(PrometheusText.Write(meters.Read()), PrometheusText.ContentType)
        : TypedResults.Text(
            options.Value.Token.Length > 0
                ? "Send metrics:token as Authorization: Bearer.\n"
                : "Only this machine may read this. Set metrics:token, and send it as Authorization: Bearer.\n",
            statusCode: StatusCodes.Status401Unauthorized);

    private static bool MayRead(HttpContext http, string token)
    {
        // No address: the control socket in the data folder, or a server in memory.
        if (token.Length == 0) return http.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

        var given = http.Request.Headers.Authorization.ToString();
        return given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given[Scheme.Length..].Trim()), Encoding.UTF8.GetBytes(token));
    }

    private sealed class PlainAnswers : ISkipStatusCodePagesMetadata;
}
