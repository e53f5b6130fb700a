using System.CommandLine;

using Edge.Benchmarks.Fuzz;
using Edge.Benchmarks.Log;
using Edge.Benchmarks.Mqtt;
using Edge.Benchmarks.Xmpp;

// These read their own options.
if (args is ["log", .. var logOptions]) return await LogThroughput.RunAsync(logOptions, Console.Out);
if (args is ["fuzz", "mqtt-wire", .. var fuzzOptions]) return await MqttWireFuzz.RunAsync(fuzzOptions, Console.Out);
if (args is ["fuzz", "mqtt-broker", .. var brokerOptions]) return await MqttBrokerFuzz.RunAsync(brokerOptions, Console.Out);

var root = new RootCommand("Measures hot paths. Build with -c Release.")
{
    MqttCommand.Create(),
    XmppCommand.Create(),
    AllocationCommand.Create(),
    ServeCommand.Create(),
    new Command("log", "log [--folder PARENT]: durable messages a second through the message log, and what each costs."),
    new Command("fuzz", "fuzz mqtt-wire|mqtt-broker [--inputs N] [--seed S]: damaged packets through the codec, damaged sessions to a broker: inputs a second, what came of them, memory."),
};
return await root.Parse(args).InvokeAsync();
