using System.CommandLine;

using Edge.Benchmarks.Fuzz;
using Edge.Benchmarks.Log;
using Edge.Benchmarks.Mqtt;
using Edge.Benchmarks.Wire;
using Edge.Benchmarks.Xmpp;

// These read their own options.
if (args is ["log", .. var logOptions]) return await LogThroughput.RunAsync(logOptions, Console.Out);
if (args is ["fuzz", var fuzzed, .. var fuzzOptions] && FuzzCommand.TryRun(fuzzed, fuzzOptions, Console.Out) is { } fuzzing) return await fuzzing;
if (args is ["xmpp-read", .. var readOptions]) return await XmppReading.RunAsync(readOptions, Console.Out);

var root = new RootCommand("Measures hot paths. Build with -c Release.")
{
    MqttCommand.Create(),
    XmppCommand.Create(),
    AllocationCommand.Create(),
    ServeCommand.Create(),
    new Command("log", "log [--folder PARENT]: durable messages a second through the message log, and what each costs."),
    new Command("xmpp-read", "xmpp-read [--stanzas N]: stanzas through the codec of XMPP, as they are read to be passed on: time and memory of each."),
    new Command("fuzz", "fuzz mqtt-wire|mqtt-broker|xmpp-wire|xmpp-server [--inputs N] [--minutes M] [--seed S]: damaged bytes through a codec, damaged sessions to a server: inputs a second, what came of them, memory."),
};
return await root.Parse(args).InvokeAsync();
