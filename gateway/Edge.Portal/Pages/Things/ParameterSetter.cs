using System.Globalization;
using Edge.Portal.Layout;
using Edge.Portal.Security;
using Edge.Portal.Views;
using Edge.Things.Control;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;

namespace Edge.Portal.Pages.Things;

/// <summary>Sets one parameter for the owner and says in words what happened.</summary>
internal sealed class ParameterSetter(IConcentrator concentrator)
{
    public async Task<Note> SetAsync(PortalUser user, ThingView thing, string name, string text, CancellationToken cancel)
    {
        if (thing.Parameters.FirstOrDefault(p => p.Definition.Name == name) is not { } parameter)
            return new($"{thing.Thing.Name} has nothing called {name} to set.", IsProblem: true);
        if (Parse(parameter.Definition.Kind, text) is not { } value)
            return new($"{parameter.Label}: {Expected(parameter.Definition.Kind)}", IsProblem: true);

        var request = new NodeControlRequest(user.Jid, [new ParameterValue(name, value)], AccessTokens.None);
        var result = await concentrator.ControlAsync(thing.Thing.Id.Node, request, cancel);
        return Say(thing.Thing.Name, parameter.Label, Words.Value(value, null), result);
    }

    /// <summary>The value that <paramref name="text"/> writes, or null where it writes none of this kind.</summary>
    internal static FieldValue? Parse(ValueKind kind, string text)
    {
        text = text.Trim();
        return kind switch
        {
            ValueKind.Boolean => text is "true" or "false" ? FieldValue.Boolean(text == "true") : null,
            ValueKind.Integer => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? FieldValue.Integer(whole) : null,
            ValueKind.Number => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? FieldValue.Number(number)
                : null,
            ValueKind.Text => text.Length is > 0 and <= 256 ? FieldValue.Text(text) : null,
            ValueKind.DateTime => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var moment)
                ? FieldValue.DateTime(moment)
                : null,
            _ => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration) ? FieldValue.Duration(duration) : null,
        };
    }

    private static string Expected(ValueKind kind) => kind switch
    {
        ValueKind.Boolean => "choose on or off.",
        ValueKind.Integer => "give a whole number.",
        ValueKind.Number => "give a number.",
        ValueKind.Text => "give a text of 1 to 256 characters.",
        ValueKind.DateTime => "give a date and time such as 2026-05-03 12:00.",
        _ => "give a duration such as 00:05:00.",
    };

    private static Note Say(string thing, string parameter, string value, NodeControlResult result)
    {
        var why = result.Text is { Length: > 0 } text ? $" ({text.TrimEnd('.')})" : "";
        return result.Outcome switch
        {
            NodeOutcome.Ok => new($"Done: {parameter} of {thing} is set to {value}."),
            NodeOutcome.Unreachable => new($"{thing} did not answer, so nothing may have changed{why}. Try again when it is online.", IsProblem: true),
            NodeOutcome.BadValue => new($"{thing} does not take {value} for {parameter}{why}.", IsProblem: true),
            NodeOutcome.Forbidden => new($"{thing} refused to set {parameter}{why}.", IsProblem: true),
            NodeOutcome.NotFound => new($"{thing} has nothing called {parameter} to set{why}.", IsProblem: true),
            _ => new($"{thing} answered with an error{why}.", IsProblem: true),
        };
    }
}
