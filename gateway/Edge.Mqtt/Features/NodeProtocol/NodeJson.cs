using Edge.Protocol;
using Edge.Things.Control;
using Edge.Things.Readings;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>Lists in messages: names, objects, categories, values.</summary>
internal static class NodeJson
{
    private const int MaxName = 64;
    private const int MaxNames = 256; // a message has no room for more
    private const int MaxLogText = 160;

    private static readonly (string Word, FieldCategories Category)[] Categories =
    [
        ("momentary", FieldCategories.Momentary), ("peak", FieldCategories.Peak), ("status", FieldCategories.Status),
        ("computed", FieldCategories.Computed), ("identity", FieldCategories.Identity), ("historical", FieldCategories.Historical),
        ("all", FieldCategories.All),
    ];

    /// <summary>A list of texts.</summary>
    public static JsonArray Names(IEnumerable<string> names)
    {
        var array = new JsonArray();
        foreach (var name in names) array.Add(name);
        return array;
    }

    /// <summary>The words for categories.</summary>
    public static JsonArray Words(FieldCategories categories) => Names(categories == FieldCategories.All
        ? ["all"]
        : Categories.Where(c => c.Category != FieldCategories.All && (c.Category & categories) != 0).Select(c => c.Word));

    /// <summary>Parameters with their values, as SenML writes them.</summary>
    public static JsonArray Values(IEnumerable<ParameterValue> parameters)
    {
        var array = new JsonArray();
        foreach (var (name, value) in parameters)
        {
            var item = new JsonObject();
            item.Set(MessageKeys.Name, name);
            if (value.Kind == ValueKind.Boolean) item.Set(MessageKeys.BooleanValue, value.AsBoolean);
            else if (value.Kind == ValueKind.Integer) item.Set(MessageKeys.Value, (long)value.AsNumber);
            else if (value.Kind == ValueKind.Number) item.Set(MessageKeys.Value, new JsonNumber(value.AsNumber, value.Decimals));
            else item.Set(MessageKeys.StringValue, value.ToString());
            array.Add(item);
        }

        return array;
    }

    /// <summary>Reads a list of names; null where it was left out. False where it is no list of names, or an empty one.</summary>
    public static bool TryGetNames(JsonObject body, string key, out IReadOnlyList<string>? names)
    {
        names = null;
        if (key.Length == 0 || !body.Has(key)) return true;
        if (body.GetArray(key) is not { Count: > 0 and <= MaxNames } array) return false;

        var all = new string[array.Count];
        for (var i = 0; i < all.Length; i++)
        {
            if (array.Get(i) is not string { Length: > 0 and <= MaxName } name) return false;

            all[i] = name;
        }

        names = all;
        return true;
    }

    /// <summary>Reads a list of objects; empty where it was left out. False where it is something else, or longer than <paramref name="max"/>.</summary>
    public static bool TryGetObjects(JsonObject body, string key, int max, out IReadOnlyList<JsonObject> objects)
    {
        objects = [];
        if (!body.Has(key)) return true;
        if (body.GetArray(key) is not { } array || array.Count > max) return false;

        var all = new JsonObject[array.Count];
        for (var i = 0; i < all.Length; i++)
        {
            if (array.Get(i) is not JsonObject item) return false;

            all[i] = item;
        }

        objects = all;
        return true;
    }

    /// <summary>Reads the categories of a question; left out they are momentary values.</summary>
    public static bool TryGetCategories(JsonObject body, out FieldCategories categories)
    {
        categories = FieldCategories.Momentary;
        if (!TryGetNames(body, MessageKeys.FieldTypes, out var words)) return false;
        if (words is null) return true;

        categories = FieldCategories.None;
        foreach (var word in words)
        {
            var category = Array.Find(Categories, c => c.Word == word).Category;
            if (category == FieldCategories.None) return false;

            categories |= category;
        }

        return true;
    }

    /// <summary>A node's text as it may stand in a log or before a person: one line, not endless.</summary>
    public static string ForLog(string text) =>
        string.Concat(text.Take(MaxLogText).Select(c => char.IsControl(c) ? ' ' : c));
}
