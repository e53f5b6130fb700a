using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml.Linq;

using Edge.Xmpp.Modules.Iot;

namespace Edge.Xmpp.Modules.Control;

/// <summary>A request to set parameters (XEP-0325 §3.1), by typed elements or by a form that was filled in (§3.3.3), in the order sent.</summary>
internal sealed record ControlRequest(IotRequest Payload, IReadOnlyList<KeyValuePair<string, WireValue>> Parameters)
{
    private static readonly XNamespace Form = "jabber:x:data";

    /// <summary>The words of its answer.</summary>
    public ControlWords Words { get; } = ControlWords.Of(Payload.Words);

    /// <summary>Reads a request.</summary>
    public static bool TryRead(
        XElement payload, IotOptions limits, [NotNullWhen(true)] out ControlRequest? request, [NotNullWhen(false)] out StanzaError? error)
    {
        request = null;
        if (!IotRequest.TryRead(payload, limits, [], out var common, out error)) return false;

        var parameters = new List<KeyValuePair<string, WireValue>>();
        var types = ControlWords.Of(common.Words).Types;
        foreach (var element in payload.Elements().Where(e => e.Name != payload.Name.Namespace + common.Words.Node))
        {
            if (element.Name == Form + "x") AddForm(element, parameters);
            else if (element.Name.Namespace == payload.Name.Namespace && types.TryGetValue(element.Name.LocalName, out var type))
                Add(parameters, element.Attribute(common.Words.Name)?.Value, type, element.Attribute(common.Words.Value)?.Value);
            else
                error = IotError.BadRequest($"The element {element.Name.LocalName} is not a type of parameter.");
            if (error is not null) return false;
        }

        error = Check(parameters, limits);
        if (error is not null) return false;

        request = new(common, parameters);
        return true;
    }

    private static void AddForm(XElement form, List<KeyValuePair<string, WireValue>> parameters)
    {
        foreach (var field in form.Elements(Form + "field"))
        {
            var name = field.Attribute("var")?.Value;
            // The session of a dynamic form (XEP-0336) and the form's type (XEP-0068) are no parameters.
            if (name is "xdd session" or "FORM_TYPE") continue;

            Add(parameters, name, null, field.Element(Form + "value")?.Value);
        }
    }

    private static void Add(List<KeyValuePair<string, WireValue>> parameters, string? name, WireType? type, string? value) =>
        parameters.Add(new(value is null ? "" : name ?? "", new(type, value ?? "")));

    private static StanzaError? Check(List<KeyValuePair<string, WireValue>> parameters, IotOptions limits)
    {
        if (parameters.Count == 0) return IotError.BadRequest("There is no parameter to set.");

        if (parameters.Count > limits.MaxNamesPerRequest)
        {
            return IotError.BadRequest(string.Create(CultureInfo.InvariantCulture,
                $"A request may have {limits.MaxNamesPerRequest} names at most (xmpp:iot:maxNamesPerRequest)."));
        }

        return parameters.Exists(p => p.Key.Length == 0 || p.Key.Length > limits.MaxNameLength)
            ? IotError.BadRequest(string.Create(CultureInfo.InvariantCulture,
                $"A parameter needs a value and a name of 1 to {limits.MaxNameLength} characters (xmpp:iot:maxNameLength)."))
            : null;
    }
}
