using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

using Edge.Benchmarks.Load;

namespace Edge.Benchmarks.Compare;

/// <summary>A server in a process of its own, and what the kernel says of it.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _log;
    private readonly int _clock;

    private ServerProcess(Process process, string log, int port)
    {
        (_process, _log, Port) = (process, log, port);
        _clock = CpuClock(process.Id);
    }

    /// <summary>Where it listens on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Processor time of all its threads, user and system, in seconds.</summary>
    public unsafe double CpuSeconds
    {
        get
        {
            Libc.TimeSpec time;
            if (Libc.ClockTime(_clock, &time) < 0) throw new IOException("The server has ended. Its log:\n" + Log);
            return time.Seconds + (time.Nanoseconds / 1e9);
        }
    }

    /// <summary>Resident memory in KiB.</summary>
    public double ResidentKiB => Status("VmRSS:");

    /// <summary>The part of it that is its own: no pages of program files, which the kernel takes back when it needs them.</summary>
    public double OwnKiB => Status("RssAnon:") + Status("RssShmem:");

    /// <summary>The most resident memory since <see cref="ForgetPeak"/>, in KiB.</summary>
    public double PeakKiB => Status("VmHWM:");

    /// <summary>Bytes that it had the kernel write to disks.</summary>
    public double WrittenBytes => Value($"/proc/{_process.Id}/io", "write_bytes:");

    /// <summary>The end of what it has printed.</summary>
    private string Log => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(15)) : "(none)";

    /// <summary>Starts one and waits until it accepts.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="port">Where it will listen.</param>
    /// <param name="log">The file for what it prints.</param>
    /// <param name="environment">Variables for it.</param>
    public static ServerProcess Start(IReadOnlyList<string> command, int port, string log, IReadOnlyDictionary<string, string>? environment = null)
    {
        // The shell redirects, so that nobody here has to read; exec keeps the process id.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >\"$0\" 2>&1", log, .. command]);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var server = new ServerProcess(Process.Start(start)!, log, port);
        try
        {
            server.WaitUntilItAccepts();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Lets so much time pass.</summary>
    /// <exception cref="IOException">It ended meanwhile.</exception>
    public void Rest(TimeSpan time)
    {
        if (_process.WaitForExit(time)) throw new IOException($"The server ended with code {_process.ExitCode}. Its log:\n{Log}");
    }

    /// <summary>Begins to look for the peak anew.</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _ = Libc.Kill(_process.Id, Libc.SigTerm);
            if (!_process.WaitForExit(EndsWithin)) _process.Kill();
        }

        _process.Dispose();
    }

    private static unsafe int CpuClock(int process)
    {
        int clock;
        return Libc.CpuClockOf(process, &clock) == 0 ? clock : throw new IOException($"Process {process} has ended at once.");
    }

    private void WaitUntilItAccepts()
    {
        var since = Stopwatch.StartNew();
        while (since.Elapsed < StartsWithin)
        {
            Rest(TimeSpan.FromMilliseconds(20));
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(IPAddress.Loopback, Port);
                // Where nobody listens yet, a socket that happens to get this very port is connected with itself.
                if (!socket.LocalEndPoint!.Equals(socket.RemoteEndPoint)) return;
            }
            catch (SocketException)
            {
                // Not yet.
            }
        }

        throw new IOException($"The server does not accept on port {Port}. Its log:\n{Log}");
    }

    private double Status(string key) => Value($"/proc/{_process.Id}/status", key);

    private static double Value(string file, string key)
    {
        var line = File.ReadLines(file).First(l => l.StartsWith(key, StringComparison.Ordinal));
        return double.Parse(line.AsSpan(key.Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
