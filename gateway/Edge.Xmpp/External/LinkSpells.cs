using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Authentication;

using Edge.Things;
using Edge.Xmpp.Client;

using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.External;

/// <summary>Tells the log how the links fare: once when one is there, once when it is not and why, and not of every attempt between.</summary>
internal sealed partial class LinkSpells(ILogger<LinkSpells> logger)
{
    private readonly ConcurrentDictionary<string, string> _reasons = new(StringComparer.Ordinal);

    /// <summary>The link is connected.</summary>
    public void There(ILinkConnector link, Jid address)
    {
        _reasons.TryRemove(link.Service, out _);
        LogConnected(link.Service, link.Endpoint, address);
    }

    /// <summary>It is not, or not any more.</summary>
    public void Away(ILinkConnector link, Exception reason, TimeSpan wait)
    {
        var isNews = !_reasons.TryGetValue(link.Service, out var last) || last != reason.Message;
        _reasons[link.Service] = reason.Message;
        if (isNews) LogAway(link.Service, link.Endpoint, reason.Message, Remedy(link, reason));
        else LogStillTrying(link.Service, reason.Message, wait.TotalSeconds);
    }

    /// <summary>We failed ourselves.</summary>
    public void Failed(ILinkConnector link, Exception bug, TimeSpan wait) => LogFailed(bug, link.Service, wait.TotalSeconds);

    /// <summary>It sent something that nobody can read.</summary>
    public void LeftOut(ILinkConnector link, string why) => LogLeftOut(link.Service, link.Endpoint, why);

    private static string Remedy(ILinkConnector link, Exception reason)
    {
        var isAccount = link.Service == ExternalNames.Concentrator;
        return reason switch
        {
            SocketException => $"is the server running, and listening at {link.Endpoint}?",
            AuthenticationException => "its certificate is not trusted or not for things:domain: name its CA in xmpp:external:authorityFile",
            XmppClientException { Condition: "not-authorized" } when isAccount => "check xmpp:external:account and password: the account has to be there",
            XmppClientException { Condition: "not-authorized" } => $"check xmpp:external:components:{link.Service}:secret",
            XmppClientException { Condition: "host-unknown" or "host-gone" } => $"tell the server about the component {link.Bare}, or check things:domain",
            XmppClientException { Condition: "conflict" } when isAccount => "another client uses xmpp:external:resource of this account",
            XmppClientException { Condition: "conflict" } => "another program is connected as this component",
            _ => "it is tried again",
        };
    }

    [LoggerMessage(EventId = 3650, Level = LogLevel.Information, Message = "The {Service} service is connected to {Endpoint} as {Address}")]
    private partial void LogConnected(string service, string endpoint, Jid address);

    [LoggerMessage(EventId = 3651, Level = LogLevel.Warning, Message = "The {Service} service has no connection to {Endpoint}: {Reason} ({Remedy})")]
    private partial void LogAway(string service, string endpoint, string reason, string remedy);

    [LoggerMessage(EventId = 3654, Level = LogLevel.Error, Message = "The link of the {Service} service failed; the next attempt is in {Seconds:F0} s")]
    private partial void LogFailed(Exception e, string service, double seconds);

    [LoggerMessage(EventId = 3655, Level = LogLevel.Warning, Message = "The {Service} service was sent something by {Endpoint} that cannot be read, and leaves it out: {Reason}")]
    private partial void LogLeftOut(string service, string endpoint, string reason);

    [LoggerMessage(EventId = 3652, Level = LogLevel.Debug, Message = "The {Service} service: {Reason}; the next attempt is in {Seconds:F0} s")]
    private partial void LogStillTrying(string service, string reason, double seconds);
}
