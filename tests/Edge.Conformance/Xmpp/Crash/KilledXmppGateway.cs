using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

using Edge.Conformance.Demo;
using Edge.Identity;
using Edge.Identity.Accounts;
using Edge.Identity.Registration;
using Edge.Storage;
using Edge.TestKit;
using Edge.Xmpp.Client;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Edge.Conformance.Xmpp.Crash;

/// <summary>The gateway with XMPP as a process that is killed and started again on the same data folder.</summary>
internal sealed partial class KilledXmppGateway(string folder) : IAsyncDisposable
{
    private GatewayProcess? _process;
    private int _port;

    /// <summary>With which accounts are made over the wire.</summary>
    public GivenRegistrationKey Key { get; private set; } = null!;

    private string Data => Path.Combine(folder, "data");

    /// <summary>Makes accounts, and a key, before the gateway opens the folder.</summary>
    public async Task AddAccountsAsync(params IEnumerable<string> names)
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
        foreach (var name in names) Assert.Equal(AccountError.None, await services.GetRequiredService<IAccounts>().CreateAsync(name, PasswordOf(name), Roles.None));
        Key = (await services.GetRequiredService<IRegistrationKeys>().CreateAsync("Devices", 10_000, null, "olga")).Given!;
    }

    /// <summary>Starts it, on a port of the kernel's choice.</summary>
    public async Task StartAsync()
    {
        var configuration = Path.Combine(folder, "gateway.yaml");
        await File.WriteAllTextAsync(configuration,
            $$"""
            gateway: { dataFolder: {{Data}}, logLevel: warning }
            listeners:
              mqtts: { enabled: false }
              mqtt: { enabled: false }
              https: { enabled: false }
              xmpp: { address: localhost, allowPlain: true }

            """);
        var process = _process = GatewayProcess.Start("run", "--config", configuration);
        await Eventually.HoldsAsync(() => process.Errors.Contains("CA certificate", StringComparison.Ordinal) || process.Errors.Contains("fail:", StringComparison.Ordinal), seconds: 60);
        Assert.DoesNotContain("fail:", process.Errors, StringComparison.Ordinal);
        _port = int.Parse(XmppPort().Match(process.Errors).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Signs in, without TLS: what is measured here is the disk.</summary>
    public Task<XmppClient> ConnectAsync(string name, CancellationToken cancel) => XmppClient.ConnectAsync(
        new() { Host = "127.0.0.1", Port = _port, Domain = "edge.local", User = name, Password = PasswordOf(name), AllowPlain = true }, TimeProvider.System, cancel);

    /// <summary>A connection on which nothing has been said.</summary>
    public async Task<Stream> OpenAsync(CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _port, cancel);
        return new NetworkStream(socket, ownsSocket: true);
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

    /// <summary>Every account's.</summary>
    public static string PasswordOf(string name) => "password of " + name;

    [GeneratedRegex(@"XMPP\s+port (\d+)")]
    private static partial Regex XmppPort();

    [GeneratedRegex("^(fail|crit):")]
    private static partial Regex Complaint();
}
