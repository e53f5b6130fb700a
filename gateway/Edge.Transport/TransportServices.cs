using Edge.Transport.Tls;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Edge.Transport;

/// <summary>Registers what protocol servers share.</summary>
public static class TransportServices
{
    /// <summary>Adds the heartbeat, the metrics and the certificates; <paramref name="section"/> is <c>tls</c>. Safe to call more than once.</summary>
    public static IServiceCollection AddEdgeTransport(this IServiceCollection services, IConfiguration section)
    {
        services.AddMetrics();
        services.TryAddSingleton<Heartbeat>();
        services.TryAddSingleton<TransportMetrics>();
        services.TryAddSingleton<LocalCertificates>();
        services.AddOptions<LocalCertificateOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LocalCertificateOptions>, LocalCertificateOptionsValidator>());
        return services;
    }
}
