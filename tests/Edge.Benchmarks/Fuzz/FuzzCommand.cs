using Edge.Tests.Mqtt.Fuzz;
using Edge.Tests.Mqtt.Wire;
using Edge.Tests.Xmpp.Fuzz;

namespace Edge.Benchmarks.Fuzz;

/// <summary>What can be fuzzed: codecs, in one thread, and servers in this process, by as many threads as there are processors.</summary>
internal static class FuzzCommand
{
    /// <summary>Runs it; null where there is nothing of that name.</summary>
    public static Task<int>? TryRun(string what, string[] options, TextWriter output) => what switch
    {
        "mqtt-wire" => FuzzRun.RunAsync(options, output, seed => [new WireFuzzer(seed)]),
        "mqtt-broker" => BrokerAsync(options, output),
        "xmpp-wire" => FuzzRun.RunAsync(options, output, seed => [new XmppWireFuzzer(seed)]),
        "xmpp-server" => ServerAsync(options, output),
        _ => null,
    };

    private static async Task<int> BrokerAsync(string[] options, TextWriter output)
    {
        await using var broker = await FuzzedBroker.StartAsync();
        return await FuzzRun.RunAsync(options, output, seed => [.. Threads.Select(i => new MqttSessionFuzzer(broker, seed + i))], async () =>
        {
            await broker.AskWitnessAsync();
            return $"{broker.Sessions} sessions and {broker.Connections} connection (the witness)";
        });
    }

    private static async Task<int> ServerAsync(string[] options, TextWriter output)
    {
        await using var server = await FuzzedServer.StartAsync();
        return await FuzzRun.RunAsync(options, output, seed => [.. Threads.Select(i => new XmppSessionFuzzer(server, seed + i))], async () =>
        {
            await server.AskWitnessAsync();
            return $"{server.Connections} connection (the witness)";
        });
    }

    private static IEnumerable<int> Threads => Enumerable.Range(0, Environment.ProcessorCount);
}
