using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Edge.Conformance.Mqtt.Network;

/// <summary>A network of its own behind one cable, which a test can cut and slow down. Only root may have one: elsewhere the test is skipped.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private const int CloneNewNetwork = 0x40000000;

    private readonly string _name;
    private readonly string _cable;

    private NetworkNamespace(string name, IPAddress here, IPAddress there) => (_name, _cable, Here, There) = (name, name + "h", here, there);

    /// <summary>This end of the cable: where a server listens.</summary>
    public IPAddress Here { get; }

    /// <summary>The other end: where clients come from.</summary>
    public IPAddress There { get; }

    /// <summary>Makes one, or skips the test.</summary>
    public static NetworkNamespace Create()
    {
        var bytes = Guid.NewGuid().ToByteArray();
        // Of the network for benchmarks (RFC 2544), which is nobody's.
        byte[] here = [198, (byte)(18 + (bytes[0] & 1)), bytes[1], (byte)((bytes[2] & 0xFC) | 1)], there = [here[0], here[1], here[2], (byte)(here[3] + 1)];
        var made = new NetworkNamespace($"et{Convert.ToHexStringLower(bytes, 0, 5)}", new(here), new(there));
        if (OperatingSystem.IsLinux() && made.TryBuild()) return made;

        made.Remove();
        Assert.Skip("This user may not make a network namespace (ip netns): run it as root.");
        return made;
    }

    /// <summary>A connection from the other end to a port at this one.</summary>
    public async Task<Socket> ConnectAsync(int port, CancellationToken cancel)
    {
        var made = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        // A socket stays in the network of the thread that made it; the thread is not used for anything else.
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                made.SetResult(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
            }
            catch (Exception e)
            {
                made.SetException(e);
            }
        });
        thread.Start();
        var socket = await made.Task;
        await socket.ConnectAsync(new IPEndPoint(Here, port), cancel);
        return socket;
    }

    /// <summary>Pulls the cable. Nobody is told: packets do not arrive, that is all.</summary>
    public void Cut() => Require("link", "set", _cable, "down");

    /// <summary>Plugs it in again.</summary>
    public void Mend() => Require("link", "set", _cable, "up");

    /// <summary>Lets no more than so much through from this end to the other; skips the test where the kernel cannot.</summary>
    public void SlowDown(int kilobitsPerSecond)
    {
        string[] rule = ["qdisc", "replace", "dev", _cable, "root", "tbf", "rate", $"{kilobitsPerSecond}kbit", "burst", "4kb", "latency", "200ms"];
        if (!Run("tc", rule)) Assert.Skip("This kernel has no token bucket filter (tc … tbf).");
    }

    /// <inheritdoc/>
    public void Dispose() => Remove();

    private bool TryBuild() =>
        Run("ip", "netns", "add", _name)
        && Run("ip", "link", "add", _cable, "type", "veth", "peer", "name", _name + "t", "netns", _name)
        && Run("ip", "address", "add", $"{Here}/30", "dev", _cable)
        && Run("ip", "link", "set", _cable, "up")
        && Run("ip", "-n", _name, "address", "add", $"{There}/30", "dev", _name + "t")
        && Run("ip", "-n", _name, "link", "set", _name + "t", "up");

    // The namespace itself goes with its last socket, which may try for a while to say goodbye through the cable.
    private void Remove()
    {
        Run("ip", "link", "delete", _cable);
        Run("ip", "netns", "delete", _name);
    }

    private void Enter()
    {
        using var handle = File.OpenHandle($"/run/netns/{_name}");
        if (SetNamespace((int)handle.DangerousGetHandle(), CloneNewNetwork) != 0) throw new IOException($"setns: error {Marshal.GetLastPInvokeError()}.");
    }

    private static void Require(params string[] arguments) => Assert.True(Run("ip", arguments), $"ip {string.Join(' ', arguments)} failed.");

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is no such program
        }
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static extern int SetNamespace(int descriptor, int kind);
}
