using System.ComponentModel;
using System.Reflection;

using Microsoft.Extensions.Options;

namespace Edge.Gateway.Configuration;

/// <summary>
/// Finds every fault of a configuration before anything starts: unknown keys (with the nearest known one), values of the wrong type, and
/// what the options' own validators say. All are reported together.
/// </summary>
internal static class ConfigurationCheck
{
    private const int MaxDepth = 8;

    /// <summary>Throws when the configuration cannot be used.</summary>
    /// <param name="configuration">What to judge.</param>
    /// <param name="addParts">Registers every part's options and validators.</param>
    /// <param name="parts">What that has registered already, for this configuration; null where it has not.</param>
    /// <exception cref="ConfigurationException">All its faults.</exception>
    public static void ThrowIfWrong(IConfigurationRoot configuration, Action<IServiceCollection, IConfiguration> addParts, IServiceCollection? parts = null)
    {
        var faults = Faults(configuration).ToList();
        if (parts is null || faults.Count > 0)
        {
            // A value that cannot be read would stop the validators before their other rules: they judge the rest without it.
            parts = new ServiceCollection().AddLogging();
            addParts(parts, Without(configuration, faults));
        }

        using var provider = parts.BuildServiceProvider();
        var errors = faults.Select(f => f.Text).Concat(ValidatorFailures(provider)).Distinct(StringComparer.Ordinal).ToList();
        if (errors.Count > 0) throw new ConfigurationException(errors);
    }

    /// <summary>Unknown keys and unreadable values.</summary>
    public static IEnumerable<ConfigurationFault> Faults(IConfiguration configuration) =>
        configuration.GetChildren().Where(section => !IsForeign(section)).SelectMany(section => SectionFaults(section, ConfigurationMap.SectionsBelow("")));

    private static IConfigurationRoot Without(IConfigurationRoot configuration, List<ConfigurationFault> faults)
    {
        var bad = faults.Select(f => f.Path).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new ConfigurationBuilder().AddInMemoryCollection(configuration.AsEnumerable().Where(s => s.Value is not null && !bad.Contains(s.Key))).Build();
    }

    // A section: its own options' properties, and the sections below it.
    private static IEnumerable<ConfigurationFault> SectionFaults(IConfigurationSection section, IEnumerable<string> siblings)
    {
        var below = ConfigurationMap.SectionsBelow(section.Path).ToList();
        var type = ConfigurationMap.TypeOf(section.Path);
        if (type is null && below.Count == 0) return [Unknown(section, siblings)];

        // A section of things by name: what the names are is up to whoever writes the file.
        if (type is not null && ItemType(type) is not null) return ValueFaults(section, type, 0);

        var properties = type is null ? [] : Properties(type);
        return section.GetChildren().SelectMany(child =>
            properties.TryGetValue(child.Key, out var property) ? ValueFaults(child, property, 0)
            : below.Contains(child.Key, StringComparer.OrdinalIgnoreCase) ? SectionFaults(child, below)
            : [Unknown(child, [.. properties.Keys, .. below])]);
    }

    private static IEnumerable<ConfigurationFault> ValueFaults(IConfigurationSection section, Type type, int depth)
    {
        if (depth > MaxDepth) return [];
        if (ItemType(type) is { } item) return section.GetChildren().SelectMany(child => ValueFaults(child, item, depth + 1));
        if (IsLeaf(type)) return section.Value is { } text && !CanRead(text, type) ? [new(section.Path, $"{Key(section)} is '{text}': give {Expected(type)}.")] : [];

        var properties = Properties(type);
        return section.GetChildren().SelectMany(child => properties.TryGetValue(child.Key, out var property)
            ? ValueFaults(child, property, depth + 1)
            : [Unknown(child, properties.Keys)]);
    }

    private static IEnumerable<string> ValidatorFailures(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (OptionsValidationException error)
        {
            return error.Failures;
        }
        catch (AggregateException errors)
        {
            return [.. errors.Flatten().InnerExceptions.SelectMany(e => e is OptionsValidationException invalid ? invalid.Failures : [e.Message])];
        }
    }

    // EDGE_PEERS and the like are ours but no settings: a setting given by environment always has a section.
    private static bool IsForeign(IConfigurationSection section) => section.Value is not null && !section.GetChildren().Any();

    private static string Key(IConfigurationSection section) =>
        string.Join(':', section.Path.Split(':').Select(ConfigurationMap.CamelCase));

    private static Dictionary<string, Type> Properties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.SetMethod is { IsPublic: true } || !IsLeaf(p.PropertyType))
        .ToDictionary(p => ConfigurationMap.CamelCase(p.Name), p => p.PropertyType, StringComparer.OrdinalIgnoreCase);

    private static Type? ItemType(Type type) => type == typeof(string)
        ? null
        : type.IsArray
            ? type.GetElementType()
            : type.GetInterfaces().Append(type)
                .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() is var g && (g == typeof(IDictionary<,>) || g == typeof(IEnumerable<>)))
                .OrderByDescending(i => i.GetGenericTypeDefinition() == typeof(IDictionary<,>))
                .Select(i => i.GetGenericArguments()[^1])
                .FirstOrDefault();

    private static bool IsLeaf(Type type) => TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    private static bool CanRead(string text, Type type)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text) is not null;
        }
        catch (Exception error) when (error is FormatException or ArgumentException or NotSupportedException or InvalidCastException)
        {
            return false;
        }
    }

    private static string Expected(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } e => "one of " + string.Join(", ", Enum.GetNames(e).Select(ConfigurationMap.CamelCase)),
        var t when t == typeof(bool) => "true or false",
        var t when t == typeof(TimeSpan) => "a time as hh:mm:ss, such as 00:00:30",
        var t when t == typeof(int) || t == typeof(long) => "a whole number",
        var t when t == typeof(double) => "a number",
        var t => $"a {t.Name}",
    };

    private static ConfigurationFault Unknown(IConfigurationSection section, IEnumerable<string> known)
    {
        var nearest = known.MinBy(k => Distance(k, section.Key));
        return new(section.Path, nearest is not null && Distance(nearest, section.Key) <= 3
            ? $"{Key(section)} is not a setting: did you mean {nearest}?"
            : $"{Key(section)} is not a setting: known here are {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
    }

    /// <summary>Levenshtein's distance, without regard to case.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? diagonal : diagonal + 1;
                diagonal = row[j];
                row[j] = Math.Min(cost, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}

/// <summary>A key or value that cannot be used.</summary>
/// <param name="Path">Where it stands.</param>
/// <param name="Text">What is wrong, and the remedy.</param>
internal sealed record ConfigurationFault(string Path, string Text);
