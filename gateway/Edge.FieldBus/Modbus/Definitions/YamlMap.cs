using System.Globalization;

using YamlDotNet.RepresentationModel;

namespace Edge.FieldBus.Modbus.Definitions;

/// <summary>Collects what is wrong in one file, each with its line and remedy, so that all of it is told at once.</summary>
internal sealed class FileErrors(string file, ICollection<string> errors)
{
    public void Add(YamlNode at, string text) => Add(at.Start.Line, text);

    public void Add(long line, string text) => errors.Add($"{file}:{line}: {text}");
}

/// <summary>A mapping of a definition file: values are asked for by key, with their type and range; keys that nobody asked for are errors.</summary>
internal sealed class YamlMap(YamlMappingNode node, FileErrors errors)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>For errors about the whole.</summary>
    public YamlNode Node => node;

    /// <summary>Where problems go.</summary>
    public FileErrors Errors => errors;

    /// <summary>True where the key is there.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>The first of these keys that is there; one is the usual name, the others are what other programs call it.</summary>
    public string AnyOf(params string[] keys)
    {
        foreach (var key in keys) _known.Add(key);
        return keys.FirstOrDefault(Has) ?? keys[0];
    }

    public string? Text(string key, bool isRequired = false, int maxLength = 128)
    {
        if (Scalar(key) is not { } text)
        {
            if (isRequired && !Has(key)) errors.Add(node, $"{key} is missing.");
            return null;
        }

        if (text.Length > 0 && text.Length <= maxLength && !text.Any(char.IsControl)) return text;

        errors.Add(Find(key)!, $"{key} takes a text of 1 to {maxLength} characters.");
        return null;
    }

    public int? Whole(string key, int min, int max)
    {
        if (Scalar(key) is not { } text) return null;

        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var (digits, style) = isHex ? (text[2..], NumberStyles.AllowHexSpecifier) : (text, NumberStyles.AllowLeadingSign);
        if (int.TryParse(digits, style, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return value;

        errors.Add(Find(key)!, $"{key} is '{text}': give a whole number from {min} to {max}.");
        return null;
    }

    public double? Number(string key, double min = double.MinValue, double max = double.MaxValue)
    {
        if (Scalar(key) is not { } text) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return value;

        var range = min == double.MinValue ? "" : FormattableString.Invariant($" from {min} to {max}");
        errors.Add(Find(key)!, $"{key} is '{text}': give a number{range}.");
        return null;
    }

    public TimeSpan? Seconds(string key, double min, double max) => Number(key, min, max) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public bool? Flag(string key)
    {
        if (Scalar(key) is not { } text) return null;

        switch (text.ToLowerInvariant())
        {
            case "true" or "yes" or "on":
                return true;
            case "false" or "no" or "off":
                return false;
            default:
                errors.Add(Find(key)!, $"{key} is '{text}': give true or false.");
                return null;
        }
    }

    public T? Choice<T>(string key, IReadOnlyDictionary<string, T> choices) where T : struct
    {
        if (Scalar(key) is not { } text) return null;
        if (choices.TryGetValue(text.ToLowerInvariant(), out var choice)) return choice;

        errors.Add(Find(key)!, $"{key} is '{text}': give one of {string.Join(", ", choices.Keys)}.");
        return null;
    }

    /// <summary>The mappings in the list under this key.</summary>
    public IReadOnlyList<YamlMap> Maps(string key)
    {
        if (Find(key) is not { } value) return [];
        if (value is not YamlSequenceNode list)
        {
            errors.Add(value, $"{key} takes a list; begin each of its entries with a dash.");
            return [];
        }

        var maps = new List<YamlMap>();
        foreach (var entry in list)
        {
            if (entry is YamlMappingNode map) maps.Add(new(map, errors));
            else errors.Add(entry, $"An entry of {key} takes keys with values, such as name: voltage.");
        }

        return maps;
    }

    /// <summary>Reports the keys that nobody asked for. <paramref name="ignored"/> are those of other programs that mean nothing here.</summary>
    public void RefuseOthers(params string[] ignored)
    {
        foreach (var (key, _) in node)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (_known.Contains(name) || ignored.Contains(name)) continue;

            var nearest = _known.MinBy(k => Distance(k, name));
            errors.Add(key, nearest is not null && Distance(nearest, name) <= 2
                ? $"There is no key '{name}': did you mean {nearest}?"
                : $"There is no key '{name}' here: give {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
        }
    }

    private string? Scalar(string key)
    {
        if (Find(key) is not { } value) return null;
        if (value is YamlScalarNode { Value: { } text }) return text;

        errors.Add(value, $"{key} takes a single value.");
        return null;
    }

    private YamlNode? Find(string key)
    {
        _known.Add(key);
        return node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
    }

    /// <summary>How many letters differ (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        if (a.Length > 64 || b.Length > 64) return int.MaxValue;

        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(cost, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
