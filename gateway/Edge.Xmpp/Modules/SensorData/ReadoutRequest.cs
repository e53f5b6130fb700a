using System.Diagnostics.CodeAnalysis;
using System.Xml.Linq;

using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Readings;
using Edge.Xmpp.Modules.Iot;

namespace Edge.Xmpp.Modules.SensorData;

/// <summary>A request for a read-out (XEP-0323 §3.1).</summary>
internal sealed record ReadoutRequest(Jid From, Jid To, string Id, IotRequest Payload)
{
    private const int MaxIdLength = 64;

    /// <summary>The categories that are wanted: without a hint, all of them.</summary>
    public FieldCategories Categories => Payload.Categories == FieldCategories.None ? FieldCategories.All : Payload.Categories;

    /// <summary>The oldest historical value that is wanted.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The newest historical value that is wanted.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>When to read; null is now.</summary>
    public DateTimeOffset? When { get; init; }

    /// <summary>What a bus is asked.</summary>
    public NodeReadRequest ForNode() => new(From, Payload.Names, Categories, Payload.Tokens);

    /// <summary>True where a reading was asked for. Buses may give more than that; nobody is sent more.</summary>
    public bool Wants(Reading reading) =>
        Payload.Names.Contains(reading.Field) && (reading.Categories & Categories) != 0
        && ((reading.Categories & FieldCategories.Historical) == 0 || (!(reading.At < Since) && !(reading.At > Until)));

    /// <summary>Reads the payload of a request.</summary>
    public static bool TryRead(
        Iq iq, IotOptions limits, [NotNullWhen(true)] out ReadoutRequest? request, [NotNullWhen(false)] out StanzaError? error)
    {
        request = null;
        if (!IotRequest.TryRead(iq.Payload, limits, [IotVocabulary.Of(iq.Payload.Name.Namespace).Field], out var payload, out error)) return false;

        if (!TryReadId(iq.Payload, out var id, out error) || !TryReadTime(iq.Payload, "from", out var since, out error)
            || !TryReadTime(iq.Payload, "to", out var until, out error) || !TryReadTime(iq.Payload, "when", out var when, out error))
            return false;

        request = new(iq.From, iq.To, id, payload) { Since = since, Until = until, When = when };
        return true;
    }

    /// <summary>Reads what ties messages to the request: a number in the XSF draft, any short text later.</summary>
    public static bool TryReadId(XElement payload, out string id, [NotNullWhen(false)] out StanzaError? error)
    {
        var words = IotVocabulary.Of(payload.Name.Namespace);
        id = payload.Attribute(words.RequestId)?.Value ?? "";
        var isValid = words.IsDrafts ? XmlValue.TryInt(id, out _) : id.Length is > 0 and <= MaxIdLength;
        error = isValid ? null : IotError.BadRequest(words.IsDrafts
            ? "The attribute seqnr must be a whole number of 32 bits."
            : "The attribute id must have 1 to 64 characters.");
        return isValid;
    }

    private static bool TryReadTime(XElement payload, string name, out DateTimeOffset? time, [NotNullWhen(false)] out StanzaError? error)
    {
        time = null;
        error = null;
        if (payload.Attribute(name)?.Value is not { } text) return true;

        if (XmlValue.TryDateTime(text, out var value)) time = value;
        else error = IotError.BadRequest($"The attribute {name} must be a date and time such as 2026-05-01T12:00:00Z.");
        return error is null;
    }
}
