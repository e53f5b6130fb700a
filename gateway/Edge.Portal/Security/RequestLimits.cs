using System.Threading.RateLimiting;
using Edge.Identity.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Portal.Security;

/// <summary>How many requests, and how many attempts to sign in, one address may make in a minute.</summary>
internal sealed class RequestLimits(IOptions<PortalOptions> options) : IConfigureOptions<RateLimiterOptions>
{
    /// <summary>The policy of pages that take a password or a code.</summary>
    public const string SignIn = "edge-sign-in";

    public void Configure(RateLimiterOptions limits)
    {
        limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limits.OnRejected = (context, _) =>
        {
            context.HttpContext.Response.Headers.RetryAfter = "60";
            return ValueTask.CompletedTask;
        };
        // The page that explains a refusal is no request of its own.
        limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
            http.Features.Get<IStatusCodeReExecuteFeature>() is not null
                ? RateLimitPartition.GetNoLimiter("")
                : PerMinute(http, options.Value.RequestsPerMinute));

        // Only what sends a password or a code counts; looking at the page does not.
        limits.AddPolicy(SignIn, http => HttpMethods.IsPost(http.Request.Method)
            ? PerMinute(http, options.Value.SignInAttemptsPerMinute)
            : RateLimitPartition.GetNoLimiter(""));
    }

    private static RateLimitPartition<string> PerMinute(HttpContext http, int permits) =>
        RateLimitPartition.GetFixedWindowLimiter(ClientNetwork.Of(http.Connection.RemoteIpAddress), _ => new()
        {
            PermitLimit = permits,
            Window = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        });
}

/// <summary>Puts the limits into the pipeline.</summary>
internal static class RequestLimitsMiddleware
{
    /// <summary>Limits the portal's own requests, from the first one on: the framework's limiters look after their windows twenty times a second, and a gateway
    /// whose portal nobody opens has nothing to look after.</summary>
    public static IApplicationBuilder UseRequestLimits(this IApplicationBuilder app) => app.Use(next =>
    {
        var limited = new Lazy<RequestDelegate>(() =>
        {
            var branch = app.New();
            branch.UseRateLimiter();
            branch.Run(next);
            return branch.Build();
        });
        return http => http.GetEndpoint()?.Metadata.GetMetadata<PortalEndpoint>() is null ? next(http) : limited.Value(http);
    });
}

/// <summary>Marks the portal's own endpoints among those of the host.</summary>
internal sealed class PortalEndpoint;
