using Edge.Things.Readings;

namespace Edge.Xmpp.Modules.SensorData;

/// <summary>Cuts the readings of a node into messages of bounded size.</summary>
internal static class FieldBatches
{
    /// <summary>The readings in order, cut where the next would pass a limit. A single reading that is too long has a message of its own.</summary>
    public static IReadOnlyList<IReadOnlyList<Reading>> Cut(IReadOnlyList<Reading> readings, int maxFields, int maxCharacters)
    {
        var batches = new List<IReadOnlyList<Reading>>();
        var batch = new List<Reading>();
        var characters = 0;
        foreach (var reading in readings)
        {
            var length = reading.Field.Length + (reading.Unit?.Length ?? 0) + reading.Value.ToString()!.Length;
            if (batch.Count > 0 && (batch.Count == maxFields || characters + length > maxCharacters))
            {
                batches.Add(batch);
                batch = [];
                characters = 0;
            }

            batch.Add(reading);
            characters += length;
        }

        if (batch.Count > 0) batches.Add(batch);
        return batches;
    }
}
