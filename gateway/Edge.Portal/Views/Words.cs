using System.Collections.Frozen;
using System.Globalization;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Readings;

namespace Edge.Portal.Views;

/// <summary>Says values, times and names the way people do.</summary>
internal static class Words
{
    // Names that sensors use and that people write otherwise.
    private static readonly FrozenDictionary<string, string> Abbreviations = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["led"] = "LED",
        ["co2"] = "CO₂",
        ["rssi"] = "RSSI",
        ["ph"] = "pH",
        ["voc"] = "VOC",
        ["uv"] = "UV",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>"supplyVoltage" and "supply_voltage" become "Supply voltage".</summary>
    public static string Label(string name)
    {
        if (Abbreviations.TryGetValue(name, out var known)) return known;

        var label = new System.Text.StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (c is '_' or '-' or ' ')
            {
                if (label.Length > 0 && label[^1] != ' ') label.Append(' ');
            }
            else if (i > 0 && char.IsUpper(c) && char.IsLower(name[i - 1]))
            {
                label.Append(' ').Append(char.ToLowerInvariant(c));
            }
            else
            {
                label.Append(label.Length == 0 ? char.ToUpperInvariant(c) : c);
            }
        }

        return label.ToString();
    }

    /// <summary>The value with its unit: "21.5 °C", "on".</summary>
    public static string Value(FieldValue value, string? unit) => value.Kind switch
    {
        ValueKind.Boolean => value.AsBoolean ? "on" : "off",
        ValueKind.Number when value.Decimals < 0 => WithUnit(value.AsNumber.ToString("#,0.###", CultureInfo.InvariantCulture), unit),
        _ => WithUnit(value.ToString(), unit),
    };

    /// <summary>How a unit of the wire (SenML, RFC 8428 §12.1) is written for people.</summary>
    public static string Unit(string unit) => unit switch
    {
        "Cel" => "°C",
        "%RH" => "%",
        "degF" => "°F",
        "Ohm" => "Ω",
        "m3" => "m³",
        "m2" => "m²",
        "m/s2" => "m/s²",
        "/" => "",
        _ => unit,
    };

    /// <summary>How long ago something was: "just now", "12 s ago", "3 days ago".</summary>
    public static string Ago(TimeSpan age) => age.TotalSeconds switch
    {
        < 5 => "just now",
        < 60 => $"{(int)age.TotalSeconds} s ago",
        < 3_600 => $"{(int)age.TotalMinutes} min ago",
        < 172_800 => $"{(int)age.TotalHours} h ago",
        _ => $"{(int)age.TotalDays} days ago",
    };

    /// <summary>A moment in the gateway's own time zone, where its people live: "22 Nov 2026, 12:00".</summary>
    public static string Moment(DateTimeOffset moment, TimeProvider clock) =>
        TimeZoneInfo.ConvertTime(moment, clock.LocalTimeZone).ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture);

    /// <summary>How a node is, in a word or two; null is a node that its bus no longer lists.</summary>
    public static string State(NodeState? state) => state switch
    {
        NodeState.Online => "online",
        NodeState.Offline => "offline",
        NodeState.Faulty => "answers with errors",
        NodeState.Unknown => "not heard of yet",
        _ => "not here now",
    };

    /// <summary>"1 node", "3 nodes".</summary>
    public static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string WithUnit(string text, string? unit) =>
        unit is null || Unit(unit) is not { Length: > 0 } shown ? text : $"{text} {shown}";
}
