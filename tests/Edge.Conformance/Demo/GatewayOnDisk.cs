using System.Globalization;
using System.Text.RegularExpressions;

using Edge.Identity;
using Edge.Storage;
using Edge.TestKit;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Edge.Conformance.Demo;

/// <summary>The gateway as a process that is killed and started again on the same data folder.</summary>
internal sealed partial class GatewayOnDisk(string folder) : IAsyncDisposable
{
    private GatewayProcess? _process;

    /// <summary>Its pid now.</summary>
    public int Id => _process!.Id;

    private string Data => Path.Combine(folder, "data");

    /// <summary>Puts something into the folder before the gateway opens it.</summary>
    public async Task PrepareAsync(Func<IServiceProvider, Task> work)
    {
        Directory.CreateDirectory(Data);
        var nothing = new ConfigurationBuilder().Build();
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddEdgeStorage(nothing.GetSection("storage"), Data)
            .AddEdgeIdentity(nothing.GetSection("identity"), Data)
            .BuildServiceProvider();
        foreach (var startup in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>()) await startup.StartingAsync(CancellationToken.None);
        await work(services);
    }

    /// <summary>Starts it with these lines of its configuration, and waits until it listens.</summary>
    public async Task StartAsync(string settings)
    {
        var configuration = Path.Combine(folder, "gateway.yaml");
        await File.WriteAllTextAsync(configuration, $$"""
            gateway: { dataFolder: {{Data}}, logLevel: warning }

            """ + settings + "\n");
        var process = _process = GatewayProcess.Start("run", "--config", configuration);
        await Eventually.HoldsAsync(() => process.Errors.Contains("CA certificate", StringComparison.Ordinal) || process.Errors.Contains("fail:", StringComparison.Ordinal), seconds: 60);
        Assert.DoesNotContain("fail:", process.Errors, StringComparison.Ordinal);
    }

    /// <summary>The port of the kernel's choice that it says for a listener.</summary>
    public int PortOf(string listener) =>
        int.Parse(Regex.Match(_process!.Errors, Regex.Escape(listener) + @"\s+port (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>As a power cut would end it. Returns what it complained about while it lived.</summary>
    public async Task<IReadOnlyList<string>> KillAsync()
    {
        await _process!.KillAsync();
        return [.. _process.Errors.Split('\n').Where(line => Complaint().IsMatch(line))];
    }

    /// <summary>What SQLite thinks of the database that a killed process leaves behind: "ok".</summary>
    public async Task<string?> CheckDatabaseAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "edge.db")};Pooling=False");
        await connection.OpenAsync();
        await using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        return (string?)await check.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }

    [GeneratedRegex("^(warn|fail|crit):")]
    private static partial Regex Complaint();
}
