using Edge.Things.Nodes;
using Edge.Things.Readings;

namespace Edge.Things.Control;

/// <summary>Checks what somebody wants to set against what the node says it has.</summary>
internal static class ParameterCheck
{
    /// <summary>The parameters with their values in the kinds that the node declares; or the outcome that refuses them.</summary>
    public static (IReadOnlyList<ParameterValue> Values, NodeControlResult? Refusal) Convert(
        IReadOnlyList<ParameterDefinition> definitions, IReadOnlyList<ParameterValue> wanted)
    {
        if (wanted.Count == 0) return ([], Refuse(NodeOutcome.BadValue, null, "There is nothing to set."));

        var values = new List<ParameterValue>(wanted.Count);
        foreach (var (name, value) in wanted)
        {
            if (definitions.FirstOrDefault(d => d.Name == name) is not { } definition)
                return ([], Refuse(NodeOutcome.NotFound, name, $"There is no parameter {name}."));
            if (values.Any(v => v.Name == name)) return ([], Refuse(NodeOutcome.BadValue, name, $"{name} is given twice."));
            if (As(value, definition.Kind) is not { } converted)
                return ([], Refuse(NodeOutcome.BadValue, name, $"{name} takes {Kind(definition.Kind)}, not '{value}'."));
            values.Add(new(name, converted));
        }

        return (values, null);
    }

    /// <summary>The value in another kind, where nothing is lost; null where it does not fit.</summary>
    private static FieldValue? As(FieldValue value, ValueKind kind) => (value.Kind, kind) switch
    {
        var (from, to) when from == to => from == ValueKind.Number && !double.IsFinite(value.AsNumber) ? null : value,
        (ValueKind.Integer, ValueKind.Number) => FieldValue.Number(value.AsNumber, 0),
        // Beyond 2^53 a real number no longer says which integer was meant.
        (ValueKind.Number, ValueKind.Integer) when double.IsInteger(value.AsNumber) && Math.Abs(value.AsNumber) <= 1L << 53 =>
            FieldValue.Integer((long)value.AsNumber),
        _ => null,
    };

    private static string Kind(ValueKind kind) => kind switch
    {
        ValueKind.Number => "a number",
        ValueKind.Integer => "a whole number",
        ValueKind.Boolean => "true or false",
        ValueKind.DateTime => "a date and time",
        ValueKind.Duration => "a duration",
        _ => "a text",
    };

    private static NodeControlResult Refuse(NodeOutcome outcome, string? parameter, string text) => new(outcome, [], parameter, text);
}
