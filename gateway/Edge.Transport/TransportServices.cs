using Edge.Transport.Sockets;
using Edge.Transport.Tls;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Edge.Transport;

/// <summary>Registers what protocol servers share.</summary>
public static class TransportServices
{
    /// <summary>Adds the heartbeat, the trim of memory, the metrics, the certificates and the sockets. Safe to call more than once.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="section">The section <c>tls</c>.</param>
    /// <param name="sockets">The section <c>transport</c>; without it, its defaults.</param>
    public static IServiceCollection AddEdgeTransport(this IServiceCollection services, IConfiguration section, IConfiguration? sockets = null)
    {
        services.AddMetrics();
        services.TryAddSingleton<Heartbeat>();
        services.TryAddSingleton<TransportMetrics>();
        services.TryAddSingleton<LocalCertificates>();
        services.TryAddSingleton<SocketTransport>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, MemoryTrim>());
        services.AddOptions<LocalCertificateOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LocalCertificateOptions>, LocalCertificateOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SocketOptions>, SocketOptionsValidator>());
        var options = services.AddOptions<SocketOptions>().ValidateOnStart();
        if (sockets is not null) options.Bind(sockets);
        return services;
    }
}
