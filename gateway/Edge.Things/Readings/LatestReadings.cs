using System.Collections.Concurrent;
using System.Collections.Immutable;

using Microsoft.Extensions.Options;

namespace Edge.Things.Readings;

/// <summary>The last reading of every field. Late readings do not replace newer ones; fields and things beyond the limits are not kept, but
/// still told.</summary>
internal sealed class LatestReadings(IDomainEvents events, IOptions<ThingsOptions> options) : ILatestReadings
{
    private readonly ConcurrentDictionary<ThingId, ImmutableSortedDictionary<string, Reading>> _things = new();

    public IReadOnlyList<Reading> Of(ThingId thing) => _things.TryGetValue(thing, out var fields) ? [.. fields.Values] : [];

    public ValueTask RecordAsync(ThingId thing, IReadOnlyList<Reading> readings, CancellationToken cancel = default)
    {
        if (readings.Count == 0) return ValueTask.CompletedTask;

        if (_things.ContainsKey(thing) || _things.Count < options.Value.MaxThings)
        {
            var none = ImmutableSortedDictionary.Create<string, Reading>(StringComparer.Ordinal);
            _things.AddOrUpdate(thing, _ => Merge(none, readings), (_, fields) => Merge(fields, readings));
        }

        return events.PublishAsync(new ReadingsArrived(thing, readings), cancel);
    }

    private ImmutableSortedDictionary<string, Reading> Merge(ImmutableSortedDictionary<string, Reading> fields, IReadOnlyList<Reading> readings)
    {
        foreach (var reading in readings)
        {
            var known = fields.TryGetValue(reading.Field, out var last);
            if (known ? reading.At >= last!.At : fields.Count < options.Value.MaxFieldsPerThing) fields = fields.SetItem(reading.Field, reading);
        }

        return fields;
    }
}
