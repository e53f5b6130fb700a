namespace Edge.Xmpp.Modules.Iot;

/// <summary>The stanza errors of XEP-0323 §3.3 and XEP-0325 §5.1, with the types that these give them.</summary>
internal static class IotError
{
    /// <summary>The caller may not do this; <paramref name="text"/> tells people why.</summary>
    public static StanzaError Forbidden(string text) => new("cancel", "forbidden", Clean(text));

    /// <summary>There is no such node, field, parameter or request.</summary>
    public static StanzaError NotFound(string text) => new("cancel", "item-not-found", Clean(text));

    /// <summary>The request is malformed.</summary>
    public static StanzaError BadRequest(string text) => new("modify", "bad-request", Clean(text));

    /// <summary>A request of that number is running.</summary>
    public static StanzaError Conflict(string text) => new("cancel", "conflict", Clean(text));

    /// <summary>A limit is reached; later it may work.</summary>
    public static StanzaError TooMuch(string text) => new("wait", "resource-constraint", Clean(text));

    private static string Clean(string text) => XmlText.Clean(text);
}
