using System.CommandLine;
using System.Runtime.InteropServices;

using Edge.Benchmarks.Mqtt.Servers;

namespace Edge.Benchmarks.Mqtt;

/// <summary><c>serve-mqtt</c>: the broker without the gateway around it, until SIGTERM.</summary>
internal static class ServeCommand
{
    /// <summary>The command as the command line knows it.</summary>
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "Its data folder.", Required = true };
        var port = new Option<int>("--port") { Description = "The port on 127.0.0.1.", Required = true };
        var command = new Command("serve-mqtt", "Runs the broker alone, as mqtt --server broker measures it.") { data, port };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var host = await BrokerHost.StartAsync(parsed.GetValue(data)!);
            await using var listener = host.Listen(parsed.GetValue(port));
            var asked = new TaskCompletionSource();
            using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
            {
                context.Cancel = true;
                asked.TrySetResult();
            });
            await asked.Task.WaitAsync(cancel);
        });
        return command;
    }
}
