using Edge.Storage.Memory;
using Edge.Storage.Sqlite;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Storage;

/// <summary>Registers the storage.</summary>
public static class StorageServices
{
    /// <summary>Adds <see cref="IStorage"/> with section <c>storage</c>; the SQLite database is <c>edge.db</c> in <paramref name="dataFolder"/>.</summary>
    public static IServiceCollection AddEdgeStorage(this IServiceCollection services, IConfiguration section, string dataFolder)
    {
        services.AddOptions<StorageOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        return services.AddSingleton<IStorage>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
            return options.Driver == StorageDriver.Memory ? new MemoryStorage() : SqliteStorage.Open(Path.Combine(dataFolder, "edge.db"), options);
        });
    }
}
