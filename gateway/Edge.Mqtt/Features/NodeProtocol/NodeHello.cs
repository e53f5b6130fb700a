using Edge.Protocol;
using Edge.Things.Nodes;
using Edge.Things.Readings;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>A node's <c>hello</c>, checked.</summary>
internal sealed record NodeHello(string State, NodeDescription Description)
{
    /// <summary>The state of a node that trusts nobody yet.</summary>
    public const string Factory = "factory";

    /// <summary>The state of a node that knows that it has an owner.</summary>
    public const string Owned = "owned";

    private const int MaxText = 64;

    /// <summary>Takes a hello that has at most <paramref name="maxNames"/> fields and as many parameters; else says what is wrong.</summary>
    public static (NodeHello? Hello, string Fault) Read(JsonObject body, int maxNames)
    {
        string[] keys = [MessageKeys.Man, MessageKeys.Model, MessageKeys.Sn, MessageKeys.Hw, MessageKeys.Fw, MessageKeys.State];
        var texts = new string[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            texts[i] = body.GetString(keys[i], "");
            if (!IsPlain(texts[i])) return (null, $"{keys[i]} is longer than {MaxText} characters or has a control character.");
        }

        if (Fields(body, maxNames) is not { } fields) return (null, $"fields is no list of at most {maxNames} fields, each with its own name.");
        if (Parameters(body, maxNames) is not { } parameters)
            return (null, $"parameters is no list of at most {maxNames} parameters, each with its own name.");

        return (new(texts[5], new()
        {
            Manufacturer = texts[0],
            Model = texts[1],
            SerialNumber = texts[2],
            Hardware = texts[3],
            Firmware = texts[4],
            Fields = fields,
            Parameters = parameters,
        }), "");
    }

    private static List<FieldDefinition>? Fields(JsonObject body, int max) =>
        NodeJson.TryGetObjects(body, MessageKeys.Fields, max, out var items)
            ? Distinct(items, Field, f => f.Name)
            : null;

    private static FieldDefinition? Field(JsonObject item)
    {
        var unit = item.GetString(MessageKeys.Unit, "");
        return IsPlain(unit) ? new(item.GetString(MessageKeys.Name, ""), Kind(item), unit.Length > 0 ? unit : null) : null;
    }

    private static List<ParameterDefinition>? Parameters(JsonObject body, int max) =>
        NodeJson.TryGetObjects(body, MessageKeys.Parameters, max, out var items)
            ? Distinct(items, item => new ParameterDefinition(item.GetString(MessageKeys.Name, ""), Kind(item)), p => p.Name)
            : null;

    private static List<T>? Distinct<T>(IReadOnlyList<JsonObject> items, Func<JsonObject, T?> read, Func<T, string> name) where T : class
    {
        List<T> all = [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (read(item) is not { } definition || name(definition) is not { Length: > 0 } text || !IsPlain(text) || !names.Add(text)) return null;

            all.Add(definition);
        }

        return all;
    }

    private static ValueKind Kind(JsonObject item) => item.GetString(MessageKeys.Type, "") switch
    {
        "integer" => ValueKind.Integer,
        "boolean" => ValueKind.Boolean,
        "text" => ValueKind.Text,
        _ => ValueKind.Number,
    };

    private static bool IsPlain(string text) => text.Length <= MaxText && !text.Any(char.IsControl);
}
