using System.Globalization;

namespace Edge.Gateway.Hosting;

/// <summary>Says which process holds a TCP port, as far as the kernel tells this user (Linux: /proc/net/tcp and /proc/*/fd).</summary>
internal static class PortOwner
{
    private const string Listening = "0A"; // the state column of /proc/net/tcp: TCP_LISTEN

    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>"mosquitto (pid 812)", or "another process" where it cannot be seen.</summary>
    public static string Describe(int port)
    {
        if (!Directory.Exists("/proc")) return "another process";

        var inodes = ListeningInodes(port);
        if (inodes.Count == 0) return "another process";

        foreach (var process in Directory.EnumerateDirectories("/proc").Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0])))
        {
            if (Holds(process, inodes)) return $"{Name(process)} (pid {Path.GetFileName(process)})";
        }

        return "a process of another user";
    }

    private static HashSet<string> ListeningInodes(int port)
    {
        var wanted = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        var inodes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var table in Tables.Where(File.Exists))
        {
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                // sl, local address, remote address, state, queues, timer, retransmits, uid, timeout, inode
                var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (columns.Length > 9 && columns[3] == Listening && columns[1].EndsWith(wanted, StringComparison.Ordinal))
                    inodes.Add($"socket:[{columns[9]}]");
            }
        }

        return inodes;
    }

    private static bool Holds(string process, HashSet<string> inodes)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd"))
                .Any(fd => File.ResolveLinkTarget(fd, returnFinalTarget: false) is { } target && inodes.Contains(target.Name));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // it ended meanwhile, or belongs to another user
        }
    }

    private static string Name(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim();
        }
        catch (IOException)
        {
            return "a process that has just ended";
        }
    }
}
