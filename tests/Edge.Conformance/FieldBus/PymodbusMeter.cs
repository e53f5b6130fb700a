using System.Diagnostics;
using System.Globalization;

using Edge.TestKit;

namespace Edge.Conformance.FieldBus;

/// <summary>A process of ours that runs pymodbus_meter.py; killed when the test is done, or earlier to cut the connection.</summary>
internal sealed class PymodbusMeter : IDisposable
{
    private Process _process;

    private PymodbusMeter(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>Starts it on a free port.</summary>
    public static async Task<PymodbusMeter> StartAsync()
    {
        var (process, port) = await LaunchAsync(0);
        return new(process, port);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Cut()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Starts it again where it was.</summary>
    public async Task RestoreAsync()
    {
        _process.Dispose();
        (_process, _) = await LaunchAsync(Port);
    }

    public void Dispose()
    {
        if (!_process.HasExited) Cut();
        _process.Dispose();
    }

    private static async Task<(Process Process, int Port)> LaunchAsync(int port)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "FieldBus", "pymodbus_meter.py");
        var start = new ProcessStartInfo(Peer.RequirePython("pymodbus"), [script, port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        var line = await process.StandardOutput.ReadLineAsync(patience.Token);
        return (process, int.Parse(line ?? "", CultureInfo.InvariantCulture));
    }
}
