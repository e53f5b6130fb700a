using Edge.Conformance.Demo;
using Edge.Identity.Tokens;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Conformance.Mqtt.Crash;

/// <summary>The gateway with clear-text MQTT alone as a process that is killed and started again.</summary>
internal sealed class KilledGateway(string folder) : IAsyncDisposable
{
    /// <summary>The process.</summary>
    public GatewayOnDisk Process { get; } = new(folder);

    /// <summary>Where it listens now.</summary>
    public int Port { get; private set; }

    /// <summary>Tokens for these clients with the right to <paramref name="filter"/>, made before the gateway opens the folder.</summary>
    public async Task<string[]> IssueAsync(IReadOnlyList<string> clientIds, string filter)
    {
        string[] issued = [];
        TopicScope[] scopes = [new(TopicAccess.Read | TopicAccess.Write, filter)];
        await Process.PrepareAsync(services =>
        {
            var tokens = services.GetRequiredService<ITokenService>();
            issued = [.. clientIds.Select(id => tokens.Issue(id, id, scopes, TimeSpan.FromHours(24)).Value)];
            return Task.CompletedTask;
        });
        return issued;
    }

    /// <summary>Starts it, on a port of the kernel's choice.</summary>
    public async Task StartAsync(params string[] mqttSettings)
    {
        await Process.StartAsync(
            $$"""
            listeners:
              mqtts: { enabled: false }
              xmpp: { enabled: false }
              https: { enabled: false }
            mqtt: { {{string.Join(", ", mqttSettings)}} }
            """);
        Port = Process.PortOf("MQTT, clear");
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
