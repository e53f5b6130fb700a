using System.Globalization;

using Edge.Things;
using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.SensorData;

/// <summary>The read-outs that run or wait: known by requester and number, limited for each requester and in all.</summary>
internal sealed class ReadoutTable(IOptions<SensorDataOptions> options) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(Jid From, string Id), ReadoutEntry> _entries = [];

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>Enters a read-out, or says why it cannot be.</summary>
    public (ReadoutEntry? Entry, StanzaError? Error) Enter(Jid from, string id)
    {
        lock (_lock)
        {
            if (_entries.ContainsKey((from, id))) return (null, IotError.Conflict($"Read-out {id} of yours is running."));

            if (_entries.Count >= options.Value.MaxReadouts) return (null, Full("xmpp:sensorData:maxReadouts", options.Value.MaxReadouts));

            if (_entries.Keys.Count(k => k.From.Bare == from.Bare) >= options.Value.MaxReadoutsPerRequester)
                return (null, Full("xmpp:sensorData:maxReadoutsPerRequester", options.Value.MaxReadoutsPerRequester));

            var entry = new ReadoutEntry(this, from, id);
            _entries.Add((from, id), entry);
            return (entry, null);
        }
    }

    /// <summary>Stops a read-out; false where there is none.</summary>
    public bool Cancel(Jid from, string id)
    {
        ReadoutEntry? entry;
        lock (_lock)
        {
            if (!_entries.Remove((from, id), out entry)) return false;
        }

        entry.Stop();
        return true;
    }

    /// <summary>Stops all of them.</summary>
    public void Dispose()
    {
        ReadoutEntry[] entries;
        lock (_lock)
        {
            entries = [.. _entries.Values];
            _entries.Clear();
        }

        foreach (var entry in entries) entry.Stop();
    }

    internal void Leave(ReadoutEntry entry)
    {
        lock (_lock)
        {
            // After a cancel the same number may be in use again, by another read-out.
            if (_entries.TryGetValue((entry.From, entry.Id), out var current) && ReferenceEquals(current, entry))
                _entries.Remove((entry.From, entry.Id));
        }
    }

    private static StanzaError Full(string key, int limit) =>
        IotError.TooMuch(string.Create(CultureInfo.InvariantCulture, $"{limit} read-outs are running ({key}); try again when one is done."));
}

/// <summary>A read-out's place in the <see cref="ReadoutTable"/>, given back by disposing it.</summary>
internal sealed class ReadoutEntry(ReadoutTable table, Jid from, string id) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Who asked.</summary>
    public Jid From { get; } = from;

    /// <summary>The number that the requester gave.</summary>
    public string Id { get; } = id;

    /// <summary>Cancelled when the requester or the server stops the read-out.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <inheritdoc/>
    public void Dispose() => table.Leave(this);

    internal void Stop() => _stop.Cancel();
}
