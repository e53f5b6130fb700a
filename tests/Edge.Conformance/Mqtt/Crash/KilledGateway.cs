using System.Text.RegularExpressions;

using Edge.Conformance.Demo;
using Edge.Identity;
using Edge.Identity.Tokens;
using Edge.Storage;
using Edge.TestKit;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Edge.Conformance.Mqtt.Crash;

/// <summary>The gateway as a process that is killed and started again on the same data folder.</summary>
internal sealed partial class KilledGateway(string folder) : IAsyncDisposable
{
    private GatewayProcess? _process;

    /// <summary>Where it listens for clear-text MQTT now.</summary>
    public int Port { get; private set; }

    /// <summary>Tokens for these clients with the right to <paramref name="filter"/>, made before the gateway opens the folder.</summary>
    public async Task<string[]> IssueAsync(IReadOnlyList<string> clientIds, string filter)
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

        var tokens = services.GetRequiredService<ITokenService>();
        TopicScope[] scopes = [new(TopicAccess.Read | TopicAccess.Write, filter)];
        return [.. clientIds.Select(id => tokens.Issue(id, id, scopes, TimeSpan.FromHours(24)).Value)];
    }

    /// <summary>Starts it, on a port of the kernel's choice.</summary>
    public async Task StartAsync(params string[] mqttSettings)
    {
        var configuration = Path.Combine(folder, "gateway.yaml");
        await File.WriteAllTextAsync(configuration,
            $$"""
            gateway: { dataFolder: {{Data}}, logLevel: warning }
            listeners:
              mqtts: { enabled: false }
              xmpp: { enabled: false }
              https: { enabled: false }
            mqtt: { {{string.Join(", ", mqttSettings)}} }

            """);
        var process = _process = GatewayProcess.Start("run", "--config", configuration);
        await Eventually.HoldsAsync(() => process.Errors.Contains("CA certificate", StringComparison.Ordinal) || process.Errors.Contains("fail:", StringComparison.Ordinal), seconds: 60);
        Assert.DoesNotContain("fail:", process.Errors, StringComparison.Ordinal);
        Port = int.Parse(ClearPort().Match(process.Errors).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

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

    private string Data => Path.Combine(folder, "data");

    [GeneratedRegex(@"MQTT, clear\s+port (\d+)")]
    private static partial Regex ClearPort();

    [GeneratedRegex("^(warn|fail|crit):")]
    private static partial Regex Complaint();
}
