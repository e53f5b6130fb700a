using System.Runtime.InteropServices;

namespace Edge.Transport;

/// <summary>Keeps floods out of the log: some lines a minute about one client, then a count of those that were left out. However many clients there are,
/// memory and log stay bounded: from some number on they are not told apart.</summary>
public sealed class LogThrottle(TimeProvider clock)
{
    /// <summary>So many lines a minute about one client: enough to see what it tries.</summary>
    public const int LinesPerMinute = 8;

    private const int MaxClients = 256;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private long _began;
    private long _leftOut;

    /// <summary>True where a line about this client may be written.</summary>
    /// <param name="client">Who it is about.</param>
    /// <param name="leftOut">Lines that were left out in the minute before, to be told once; else 0.</param>
    public bool TryTake(string client, out long leftOut)
    {
        lock (_lock)
        {
            leftOut = 0;
            if (_lines.Count == 0 || clock.GetElapsedTime(_began) >= Minute)
            {
                _lines.Clear();
                (_began, leftOut, _leftOut) = (clock.GetTimestamp(), _leftOut, 0);
            }

            if (_lines.Count >= MaxClients && !_lines.ContainsKey(client)) client = "";
            ref var lines = ref CollectionsMarshal.GetValueRefOrAddDefault(_lines, client, out _);
            if (lines < LinesPerMinute)
            {
                lines++;
                return true;
            }

            _leftOut++;
            return false;
        }
    }
}
