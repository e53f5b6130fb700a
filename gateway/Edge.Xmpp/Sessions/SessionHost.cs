using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions.Negotiation;
using Edge.Xmpp.Tracing;

using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.Sessions;

/// <summary>What all sessions share.</summary>
internal sealed class SessionHost(
    SessionSetting setting, SessionParts parts, StanzaRouter router, SessionRegister register, ILogger<XmppSession> logger)
{
    private readonly IStreamElementHandler[] _handlers = [.. parts.Handlers];

    public XmppOptions Options => setting.Options.Value;

    public TimeProvider Clock => setting.Clock;

    public XmppDomain Domain => setting.Domain;

    /// <summary>For those who make streams.</summary>
    public StreamSetting Streams { get; } = new(setting.Options.Value, setting.Domain.Name, setting.Clock);

    /// <summary>The steps of negotiation, in the order in which they are offered.</summary>
    public IReadOnlyList<INegotiationStep> Steps { get; } = [.. parts.Steps.OrderBy(s => s.Order)];

    public StanzaRouter Router => router;

    public SessionTable Sessions => register.Sessions;

    public XmppMetrics Metrics => register.Metrics;

    public StanzaTraces Traces => register.Traces;

    public ResourceDeparture Departure => parts.Departure;

    public ILogger Logger => logger;

    /// <summary>Who takes an element that is no stanza from a bound client; null for nobody.</summary>
    public IStreamElementHandler? FindHandler(Wire.Stanza element)
    {
        foreach (var handler in _handlers)
        {
            if (handler.Takes(element)) return handler;
        }

        return null;
    }
}

/// <summary>The configuration of the sessions.</summary>
internal sealed record SessionSetting(Microsoft.Extensions.Options.IOptions<XmppOptions> Options, XmppDomain Domain, TimeProvider Clock);

/// <summary>What negotiates, what takes the elements between stanzas (both found by their registration), and how a session ends.</summary>
internal sealed record SessionParts(
    IEnumerable<INegotiationStep> Steps, IEnumerable<IStreamElementHandler> Handlers, ResourceDeparture Departure);

/// <summary>Where sessions are known, counted, and written down.</summary>
internal sealed record SessionRegister(SessionTable Sessions, XmppMetrics Metrics, StanzaTraces Traces);
