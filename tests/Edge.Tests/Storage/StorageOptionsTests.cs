using Edge.Storage;
using Edge.Storage.Memory;
using Edge.Storage.Sqlite;
using Edge.TestKit;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Tests.Storage;

public sealed class StorageOptionsTests
{
    [Fact]
    public void All_errors_are_told_together_each_with_key_and_remedy()
    {
        Assert.True(new StorageOptionsValidator().Validate(null, new()).Succeeded);

        var result = new StorageOptionsValidator().Validate(null, new() { MaxPendingWrites = 0, MaxBatch = 100_001 });

        Assert.Equal(["storage:maxPendingWrites is 0: give 1 to 1000000.", "storage:maxBatch is 100001: give 1 to 100000."], result.Failures);
    }

    [Theory]
    [InlineData(null, typeof(SqliteStorage))]
    [InlineData("sqlite", typeof(SqliteStorage))]
    [InlineData("memory", typeof(MemoryStorage))]
    public async Task The_configuration_chooses_the_driver(string? driver, Type expected)
    {
        using var folder = new TempFolder();
        await using var services = Services(folder, driver);

        Assert.IsType(expected, services.GetRequiredService<IStorage>());
        Assert.Equal(expected == typeof(SqliteStorage), File.Exists(folder.File("edge.db")));
    }

    [Fact]
    public async Task A_wrong_setting_stops_the_start()
    {
        using var folder = new TempFolder();
        await using var services = Services(folder, null, ("storage:maxBatch", "0"));

        Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStorage>);
    }

    private static ServiceProvider Services(TempFolder folder, string? driver, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("storage:driver", driver), .. settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))]).Build();
        return new ServiceCollection().AddEdgeStorage(configuration.GetSection("storage"), folder.Path).BuildServiceProvider();
    }
}
