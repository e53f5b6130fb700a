using Edge.Benchmarks.Fuzz;
using Edge.Benchmarks.Log;
using Edge.Benchmarks.Mqtt;

if (args is ["mqtt"])
{
    await Throughput.RunAsync(Console.Out);
    return 0;
}

if (args is ["log", .. var logOptions]) return await LogThroughput.RunAsync(logOptions, Console.Out);

if (args is ["fuzz", "mqtt-wire", .. var fuzzOptions]) return await MqttWireFuzz.RunAsync(fuzzOptions, Console.Out);

await Console.Error.WriteLineAsync(
    """
    Measures hot paths. Build with -c Release.

      mqtt    messages a second through the broker in memory: one to one, fan-in, fan-out, many to many

      log [--folder PARENT]    durable messages a second through the message log, and what each costs

      fuzz mqtt-wire [--inputs N] [--seed S]    damaged packets through the codec: inputs a second, what came of them, memory
    """);
return args.Length == 0 ? 0 : 2;
