using System.CommandLine;

using Edge.Gateway.Demo;

namespace Edge.Gateway.Commands;

/// <summary><c>demo</c>: the whole main job without hardware.</summary>
internal static class DemoCommand
{
    private static readonly string DefaultFolder = Path.Combine("edge-data", "demo");

    /// <summary>The command as the command line knows it.</summary>
    public static Command Create()
    {
        var yes = new Option<bool>("--yes") { Description = "Press the node's button without a person." };
        var once = new Option<bool>("--once") { Description = "Play everything unattended, then stop; exit code 0 when every step held." };
        var json = new Option<bool>("--json") { Description = "JSON lines on standard output, for other programs." };
        var lan = new Option<bool>("--lan") { Description = "Bind to the network, with TLS, so that a phone can take part." };
        var data = new Option<string>("--data") { Description = "The folder that keeps everything from one run to the next.", DefaultValueFactory = _ => DefaultFolder };
        var command = new Command("demo", "Shows the main job: a gateway, a virtual sensor node, a simulated meter, an owner and a visitor.") { yes, once, json, lan, data };
        command.SetAction(async (parsed, cancel) =>
        {
            var isOnce = parsed.GetValue(once);
            var options = new DemoOptions(isOnce || parsed.GetValue(yes), isOnce, parsed.GetValue(json), parsed.GetValue(lan), Path.GetFullPath(parsed.GetValue(data)!));
            var terminal = new Terminal();
            try
            {
                return await new DemoPlayer(options, terminal).PlayAsync(cancel);
            }
            finally
            {
                terminal.Close();
            }
        });
        return command;
    }
}
