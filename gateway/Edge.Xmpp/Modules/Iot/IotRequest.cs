using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml.Linq;

using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Things.Readings;

namespace Edge.Xmpp.Modules.Iot;

/// <summary>
/// What the requests of the areas have in common: nodes, names of fields or parameters, categories, tokens. <see cref="Names"/> is all
/// names where the request has none.
/// </summary>
internal sealed record IotRequest(XNamespace Namespace, IReadOnlyList<NodeReference> Nodes, NameSet Names)
{
    /// <summary>The words of the request, and of its answer.</summary>
    public IotVocabulary Words { get; } = IotVocabulary.Of(Namespace);

    /// <summary>The categories asked for; none where the request has no such attribute.</summary>
    public FieldCategories Categories { get; init; }

    /// <summary>The tokens that came along.</summary>
    public AccessTokens Tokens { get; init; } = AccessTokens.None;

    /// <summary>Reads a request; <paramref name="nameElements"/> are the elements that name fields or parameters.</summary>
    public static bool TryRead(
        XElement payload, IotOptions limits, IReadOnlyList<string> nameElements,
        [NotNullWhen(true)] out IotRequest? request, [NotNullWhen(false)] out StanzaError? error)
    {
        request = null;
        var words = IotVocabulary.Of(payload.Name.Namespace);
        if (!TryReadNodes(payload, words, limits, out var nodes, out error)
            || !TryReadNames(payload, words, limits, nameElements, out var names, out error)
            || !TryReadCategories(payload, words, out var categories, out error)
            || !TryReadTokens(payload, words, limits, out var tokens, out error))
            return false;

        request = new(payload.Name.Namespace, nodes, names) { Categories = categories, Tokens = tokens };
        return true;
    }

    private static bool TryReadNodes(
        XElement payload, IotVocabulary words, IotOptions limits, out IReadOnlyList<NodeReference> nodes, [NotNullWhen(false)] out StanzaError? error)
    {
        var found = new List<NodeReference>();
        nodes = found;
        foreach (var element in payload.Elements(payload.Name.Namespace + words.Node))
        {
            if (!NodeAttributes.TryRead(element, words, limits, out var node, out error)) return false;
            if (node.NodeId.Length == 0)
            {
                error = IotError.BadRequest($"A {words.Node} element needs the attribute {words.NodeId}.");
                return false;
            }

            if (!found.Contains(node)) found.Add(node);
            if (found.Count > limits.MaxNodesPerRequest)
            {
                error = IotError.BadRequest(TooMany(limits.MaxNodesPerRequest, "nodes", "maxNodesPerRequest"));
                return false;
            }
        }

        error = null;
        return true;
    }

    private static bool TryReadNames(
        XElement payload, IotVocabulary words, IotOptions limits, IReadOnlyList<string> nameElements,
        out NameSet names, [NotNullWhen(false)] out StanzaError? error)
    {
        var found = new List<string>();
        names = NameSet.All;
        foreach (var element in payload.Elements().Where(e => e.Name.Namespace == payload.Name.Namespace && nameElements.Contains(e.Name.LocalName)))
        {
            // XEP-0324 writes "name" and its successors mostly "n"; some of their peers keep "name", so both are read.
            var name = (element.Attribute(words.Name) ?? element.Attribute("name"))?.Value;
            if (string.IsNullOrEmpty(name) || name.Length > limits.MaxNameLength)
            {
                error = IotError.BadRequest(string.Create(CultureInfo.InvariantCulture,
                    $"A {element.Name.LocalName} element needs a name of 1 to {limits.MaxNameLength} characters (xmpp:iot:maxNameLength)."));
                return false;
            }

            found.Add(name);
            if (found.Count > limits.MaxNamesPerRequest)
            {
                error = IotError.BadRequest(TooMany(limits.MaxNamesPerRequest, "names", "maxNamesPerRequest"));
                return false;
            }
        }

        if (found.Count > 0) names = NameSet.Of(found);
        error = null;
        return true;
    }

    private static bool TryReadCategories(
        XElement payload, IotVocabulary words, out FieldCategories categories, [NotNullWhen(false)] out StanzaError? error)
    {
        categories = FieldCategories.None;
        foreach (var word in words.Categories)
        {
            if (!XmlValue.TryBoolean(payload.Attribute(word.Text), absent: false, out var isAsked))
            {
                error = IotError.BadRequest($"The attribute {word.Text} is neither true nor false.");
                return false;
            }

            if (isAsked) categories |= word.Meaning;
        }

        error = null;
        return true;
    }

    private static bool TryReadTokens(
        XElement payload, IotVocabulary words, IotOptions limits, out AccessTokens tokens, [NotNullWhen(false)] out StanzaError? error)
    {
        tokens = new(Read(words.ServiceToken), Read(words.DeviceToken), Read(words.UserToken));
        var isShort = tokens.Service.Length + tokens.Device.Length + tokens.User.Length <= limits.MaxTokenLength;
        error = isShort ? null : IotError.BadRequest(TooMany(limits.MaxTokenLength, "characters of tokens", "maxTokenLength"));
        return isShort;

        string Read(string name) => payload.Attribute(name)?.Value.Trim() ?? "";
    }

    private static string TooMany(int limit, string what, string key) =>
        string.Create(CultureInfo.InvariantCulture, $"A request may have {limit} {what} at most (xmpp:iot:{key}).");
}
