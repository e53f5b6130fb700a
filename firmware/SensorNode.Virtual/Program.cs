#nullable enable
using System.Security.Cryptography;

namespace SensorNode.Virtual;

/// <summary>A virtual node on the command line, against any gateway.</summary>
internal static class Program
{
    private const string Usage = """
        A sensor node without hardware.
          --host <name>     the gateway (127.0.0.1)
          --port <number>   its MQTT port (8883, or 1883 without --ca)
          --ca <file>       its CA certificate, PEM; without it the connection is plain, which only loopback offers
          --data <folder>   where the node keeps its files (virtual-node)
          --node <id>       the node id (virtual-1)
          --serial <text>   the serial number (V-0001)
          --secret <base64> the device secret; where it is left out one is made and kept in the folder, for the factory manifest to take
        Keys: b presses the button, h holds it for ten seconds (factory reset), q ends.
        """;

    private static async Task<int> Main(string[] args)
    {
        if (Arguments(args) is not { } given)
        {
            await Console.Error.WriteLineAsync(Usage).ConfigureAwait(false);
            return 2;
        }

        await using var node = new VirtualNode(Options(given));
        node.Told += line => Console.Error.WriteLine(line);
        node.LedChanged += (on, pattern) => Console.Title = $"LED {(on ? "on" : "off")} ({pattern})";
        node.OutputChanged += on => Console.Error.WriteLine($"Output {(on ? "on" : "off")}.");
        try
        {
            await node.StartAsync().ConfigureAwait(false);
        }
        catch (Exception wrong) when (wrong is ArgumentException or IOException)
        {
            await Console.Error.WriteLineAsync(wrong.Message).ConfigureAwait(false);
            return 2;
        }

        using var end = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            end.Cancel();
        };
        await Task.WhenAny(Task.Run(() => Keys(node), end.Token), Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end.Token)).ConfigureAwait(false);
        return 0;
    }

    private static Dictionary<string, string>? Arguments(string[] args)
    {
        string[] known = ["--host", "--port", "--ca", "--data", "--node", "--serial", "--secret"];
        var given = new Dictionary<string, string>();
        if (args.Length % 2 != 0) return null;

        for (var i = 0; i < args.Length; i += 2)
            if (!known.Contains(args[i]) || !given.TryAdd(args[i], args[i + 1])) return null;
        return given;
    }

    private static VirtualNodeOptions Options(Dictionary<string, string> given)
    {
        var folder = Path.GetFullPath(given.GetValueOrDefault("--data", "virtual-node"));
        var ca = given.GetValueOrDefault("--ca");
        return new()
        {
            NodeId = given.GetValueOrDefault("--node", "virtual-1"),
            SerialNumber = given.GetValueOrDefault("--serial", "V-0001"),
            DataFolder = folder,
            Host = given.GetValueOrDefault("--host", "127.0.0.1"),
            Port = int.TryParse(given.GetValueOrDefault("--port"), out var port) ? port : ca is null ? 1883 : 8883,
            CaFile = ca,
            Secret = Secret(given.GetValueOrDefault("--secret"), folder),
        };
    }

    private static byte[] Secret(string? given, string folder)
    {
        if (given is not null) return Convert.FromBase64String(given);

        var path = Path.Combine(folder, "secret");
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
            Console.Error.WriteLine($"A device secret was made. Add it to the gateway's factory manifest: {path}");
        }

        return Convert.FromBase64String(File.ReadAllText(path));
    }

    // Where standard input is a file or a pipe, its lines are the keys.
    private static void Keys(VirtualNode node)
    {
        while (true)
        {
            var key = Console.IsInputRedirected ? Console.In.Read() : Console.ReadKey(intercept: true).KeyChar;
            if (key == 'b') node.PressButton();
            if (key == 'h') node.HoldButton(TimeSpan.FromSeconds(11));
            if (key is 'q' or -1) return;
        }
    }
}
