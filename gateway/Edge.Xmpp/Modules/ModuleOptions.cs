using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules;

/// <summary>Registers the options of a module.</summary>
internal static class ModuleOptions
{
    /// <summary>Binds options to a section, and checks them at start with all others.</summary>
    public static IServiceCollection AddModuleOptions<TOptions, TValidator>(this IServiceCollection services, IConfiguration section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>().Bind(section).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
    }
}
