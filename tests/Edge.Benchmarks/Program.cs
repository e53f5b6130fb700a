using Edge.Benchmarks.Mqtt;

if (args is ["mqtt"])
{
    await Throughput.RunAsync(Console.Out);
    return 0;
}

await Console.Error.WriteLineAsync(
    """
    Measures hot paths. Build with -c Release.

      mqtt    messages a second through the broker in memory: one to one, fan-in, fan-out, many to many
    """);
return args.Length == 0 ? 0 : 2;
