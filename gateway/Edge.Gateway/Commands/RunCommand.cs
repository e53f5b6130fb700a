using System.CommandLine;

using Edge.Gateway.Configuration;
using Edge.Gateway.Hosting;

namespace Edge.Gateway.Commands;

/// <summary><c>run --config gateway.yaml</c>: the service itself, no demonstration parts.</summary>
internal static class RunCommand
{
    /// <summary>The command as the command line knows it.</summary>
    public static Command Create()
    {
        var config = new Option<string?>("--config") { Description = "The configuration file (YAML). Left out: defaults and environment variables." };
        var check = new Option<bool>("--check") { Description = "Check the configuration, say what is wrong with it, and stop." };
        var command = new Command("run", "Runs the gateway until it is asked to stop (Ctrl-C, SIGTERM).") { config, check };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(config), parsed.GetValue(check), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? file, bool checkOnly, CancellationToken cancel)
    {
        var configuration = GatewayConfiguration.Load(file);
        if (checkOnly)
        {
            GatewayHost.Check(configuration);
            await Console.Error.WriteLineAsync("The configuration is good.");
            return ExitCode.Ok;
        }

        await using var host = GatewayHost.Build(configuration, services => services.AddHostedService<SystemdNotifier>());
        await host.StartAsync(cancel);
        await Greeting.WriteAsync(Console.Error, host);
        if (await FirstStart.OperatorCodeAsync(host.Services, cancel) is { } code)
            await Console.Error.WriteLineAsync($"\nThere is no account yet. Open {host.Endpoints.LocalPortal}/sign-in and enter this one-time code (24 hours): {code}");

        await host.WaitAsync(cancel);
        return ExitCode.Ok;
    }
}
