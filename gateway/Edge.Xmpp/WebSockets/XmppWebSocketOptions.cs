using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.WebSockets;

/// <summary>XMPP over WebSocket, at <c>/xmpp-websocket</c> of the portal's listeners (section <c>xmpp:webSocket</c>).</summary>
public sealed class XmppWebSocketOptions
{
    /// <summary>False answers 404 there.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The origins whose pages may connect, such as <c>https://panel.example</c>; <c>*</c> lets every page. A page of the host that is connected to
    /// always may, and so may who is no browser and tells no origin.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Seconds of silence after which the peer is pinged, 0 to 3600; 0 never. 30 keeps the usual proxies, which cut after a minute, from cutting.</summary>
    public int KeepAliveSeconds { get; set; } = 30;

    /// <summary>Where clients are sent instead (RFC 7395 §3.6.1), a <c>wss:</c> address; empty serves them here.</summary>
    public string? SeeOtherUri { get; set; }
}

/// <summary>Checks the section <c>xmpp:webSocket</c>.</summary>
internal sealed class XmppWebSocketOptionsValidator : IValidateOptions<XmppWebSocketOptions>
{
    public ValidateOptionsResult Validate(string? name, XmppWebSocketOptions options)
    {
        var errors = new OptionErrors("xmpp:webSocket").Add(OriginCheck.Errors("xmpp:webSocket", options.AllowedOrigins));
        if (options.KeepAliveSeconds is < 0 or > 3600) errors.Add($"xmpp:webSocket:keepAliveSeconds is {options.KeepAliveSeconds}: give 1 to 3600, or 0 for never.");
        // Never to a place that is less safe than the one that they have chosen (§3.6.1).
        if (!string.IsNullOrEmpty(options.SeeOtherUri) && !(Uri.TryCreate(options.SeeOtherUri, UriKind.Absolute, out var uri) && uri.Scheme == "wss"))
            errors.Add($"xmpp:webSocket:seeOtherUri is '{options.SeeOtherUri}': give an address such as wss://xmpp.example/xmpp-websocket, or leave it out.");
        return errors.Result;
    }
}
