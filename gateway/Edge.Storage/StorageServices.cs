using Edge.Storage.Log;
using Edge.Storage.Memory;
using Edge.Storage.Sqlite;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Storage;

/// <summary>Registers the storage.</summary>
public static class StorageServices
{
    /// <summary>Adds <see cref="IStorage"/> with section <c>storage</c>; the SQLite database is <c>edge.db</c> in <paramref name="dataFolder"/>.
    /// <see cref="StorageFolder"/> is for those who keep files of their own there.</summary>
    public static IServiceCollection AddEdgeStorage(this IServiceCollection services, IConfiguration section, string dataFolder)
    {
        services.AddOptions<StorageOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.AddOptions<LogOptions>().Bind(section.GetSection("log")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<LogOptions>, LogOptionsValidator>();
        services.AddSingleton(provider => new StorageFolder(
            provider.GetRequiredService<IOptions<StorageOptions>>().Value.Driver == StorageDriver.Memory ? null : dataFolder));
        return services.AddSingleton<IStorage>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
            return options.Driver == StorageDriver.Memory ? new MemoryStorage() : SqliteStorage.Open(Path.Combine(dataFolder, "edge.db"), options);
        });
    }
}
