using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Load;
using Edge.Benchmarks.Mqtt.Servers;

namespace Edge.Benchmarks.Mqtt;

/// <summary>One measurement of one MQTT server: its clients' logins, too.</summary>
internal sealed class Bench(RunningServer server, int version, TimeSpan time, bool isWarm) : LoadRun(server.Process, time, isWarm)
{
    private static readonly TimeSpan ConnectsWithin = TimeSpan.FromSeconds(60);

    /// <summary>MQTT's protocol level: 4 or 5.</summary>
    public int Version => version;

    /// <summary>The login of a client of the plan by its place.</summary>
    public Login Login(int client) => server.Logins[client];

    /// <summary>Connects all, so many at a time.</summary>
    public void Connect(IReadOnlyList<MqttPeer> peers, int atOnce = 50)
    {
        foreach (var some in peers.Chunk(atOnce))
        {
            foreach (var peer in some)
            {
                Loop.Open(peer, Server.Port);
                peer.Begin();
            }

            if (!Loop.RunUntil(() => some.All(p => p.IsReady), ConnectsWithin)) throw new IOException("The server left connections without an answer.");
        }
    }
}
