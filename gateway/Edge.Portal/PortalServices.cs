using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Portal;

/// <summary>Puts the owners' web portal into a host.</summary>
public static class PortalServices
{
    /// <summary>Registers the portal with its section <c>portal</c>. The host registers Things, Identity and Data Protection (Edge.Identity does).</summary>
    public static IServiceCollection AddEdgePortal(this IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<PortalOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PortalOptions>, PortalOptionsValidator>();
        services.AddRazorComponents();
        return services;
    }

    /// <summary>Maps the pages, the actions behind their buttons, the live values and <c>/healthz</c>, with the middleware they need. Called once on the
    /// host's application, before other endpoints that shall not be under the portal's middleware.</summary>
    public static WebApplication MapEdgePortal(this WebApplication app) => app;
}
