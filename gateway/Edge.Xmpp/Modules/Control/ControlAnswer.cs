using System.Xml.Linq;

using Edge.Things.Nodes;
using Edge.Xmpp.Modules.Iot;

namespace Edge.Xmpp.Modules.Control;

/// <summary>Writes the answers to a request to set parameters (XEP-0325 §3.1.2, §3.1.3, §5.1).</summary>
internal static class ControlAnswer
{
    /// <summary>A parameter that a node does not have.</summary>
    public static StanzaError UnknownParameter(ControlRequest request, string name) =>
        new(request.Payload.Words.IsDrafts ? "cancel" : "modify", "item-not-found") { Details = [ParameterError(request, name, "There is no such parameter.")] };

    /// <summary>A value of the wrong type or out of range.</summary>
    public static StanzaError WrongValue(ControlRequest request, string name, string text) =>
        StanzaError.BadRequest with { Details = [ParameterError(request, name, text)] };

    /// <summary>The answer to what came of it. Nodes that were refused among nodes that obeyed are told by leaving them out.</summary>
    public static IqResult Write(ControlRequest request, IReadOnlyList<(Node Node, NodeControlResult Result)> results)
    {
        var done = results.Where(r => r.Result.Outcome == NodeOutcome.Ok).ToList();
        if (done.Count == 0) return Refuse(request, Error(request, results[0].Result));

        var ns = request.Payload.Namespace;
        var response = Response(request, "OK");
        if (done.Count < results.Count)
            response.Add(done.Select(d => new XElement(ns + request.Payload.Words.Node, NodeAttributes.Write(d.Node.Reference, request.Payload.Words))));

        var names = request.Parameters.Select(p => p.Key).Where(name => done.TrueForAll(d => d.Result.Done.Contains(name, StringComparer.Ordinal))).ToList();
        if (names.Count < request.Parameters.Count)
            response.Add(names.Distinct().Select(n => new XElement(ns + request.Words.Parameter, new XAttribute(request.Payload.Words.Name, n))));
        return response;
    }

    /// <summary>An error, with what older peers expect beside it (XEP-0324, listing 17).</summary>
    public static IqResult Refuse(ControlRequest request, StanzaError error) =>
        new(request.Payload.Words.IsDrafts ? Response(request, CodeOf(error)) : null, error);

    private static StanzaError Error(ControlRequest request, NodeControlResult result) => result.Outcome switch
    {
        NodeOutcome.Forbidden => IotError.Forbidden(result.Text ?? "Access denied."),
        NodeOutcome.NotFound when result.Parameter is { } name => UnknownParameter(request, name),
        NodeOutcome.NotFound => IotError.NotFound(result.Text ?? "There is no such node."),
        NodeOutcome.BadValue when result.Parameter is { } name => WrongValue(request, name, result.Text ?? "The value is out of range."),
        NodeOutcome.BadValue => IotError.BadRequest(result.Text ?? "A value is out of range."),
        NodeOutcome.Unreachable => StanzaError.RemoteServerTimeout with { Text = XmlText.Clean(result.Text ?? "The node did not answer in time.") },
        _ => StanzaError.InternalServerError with { Text = XmlText.Clean(result.Text ?? "The node answered with an error.") },
    };

    private static XElement Response(ControlRequest request, string code) => new(
        request.Payload.Namespace + request.Words.Response,
        request.Payload.Words.IsDrafts ? new XAttribute("responseCode", code) : null);

    private static string CodeOf(StanzaError error) => error.Condition switch
    {
        "forbidden" => "InsufficientPrivileges",
        "item-not-found" => "NotFound",
        "feature-not-implemented" => "NotImplemented",
        _ => "OtherError",
    };

    private static XElement ParameterError(ControlRequest request, string name, string text) => new(
        request.Payload.Namespace + "paramError", new XAttribute(request.Words.ErrorName, XmlText.Clean(name)), XmlText.Clean(text));
}
