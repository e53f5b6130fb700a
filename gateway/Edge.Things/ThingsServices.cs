using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;
using Edge.Things.Registry;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Edge.Things;

/// <summary>Registers the domain.</summary>
public static class ThingsServices
{
    /// <summary>Adds registry, provisioning, readings and concentrator with section <c>things</c>. The host registers storage, clock and the
    /// node sources.</summary>
    public static IServiceCollection AddEdgeThings(this IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<ThingsOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ThingsOptions>, ThingsOptionsValidator>();
        return services
            .AddSingleton<IDomainEvents, DomainEventBus>()
            .AddSingleton<ThingRegistry>()
            .AddSingleton<IThingRegistry>(p => p.GetRequiredService<ThingRegistry>())
            .AddSingleton<RuleBook>()
            .AddSingleton<ProvisioningService>()
            .AddSingleton<IProvisioning>(p => p.GetRequiredService<ProvisioningService>())
            .AddSingleton<ILatestReadings, LatestReadings>()
            .AddSingleton<IConcentrator, Concentrator>()
            .AddSingleton<NodeRegistrationParts>()
            .AddSingleton<NodeRegistration>()
            .AddSingleton<INodeClaims>(p => p.GetRequiredService<NodeRegistration>())
            .AddHostedService<ThingsStartup>()
            .AddHostedService(p => p.GetRequiredService<NodeRegistration>())
            .AddHostedService<RuleExpiry>();
    }
}

/// <summary>Reads the stored domain before any other service starts, so that nobody is answered from half of it.</summary>
internal sealed class ThingsStartup(ThingRegistry registry, ProvisioningService provisioning) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await registry.LoadAsync(cancellationToken).ConfigureAwait(false);
        await provisioning.LoadAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
