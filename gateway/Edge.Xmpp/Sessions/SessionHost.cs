using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions.Negotiation;

using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.Sessions;

/// <summary>What all sessions share.</summary>
internal sealed class SessionHost(
    SessionSetting setting, IEnumerable<INegotiationStep> steps, StanzaRouter router, SessionRegister register, ILogger<XmppSession> logger)
{
    public XmppOptions Options => setting.Options.Value;

    public TimeProvider Clock => setting.Clock;

    public XmppDomain Domain => setting.Domain;

    /// <summary>For those who make streams.</summary>
    public StreamSetting Streams { get; } = new(setting.Options.Value, setting.Domain.Name, setting.Clock);

    /// <summary>The steps of negotiation, in the order in which they are offered.</summary>
    public IReadOnlyList<INegotiationStep> Steps { get; } = [.. steps.OrderBy(s => s.Order)];

    public StanzaRouter Router => router;

    public SessionTable Sessions => register.Sessions;

    public PendingRequests Pending => register.Pending;

    public IPresenceBroker Presence => register.Presence;

    public ILogger Logger => logger;
}

/// <summary>The configuration of the sessions.</summary>
internal sealed record SessionSetting(Microsoft.Extensions.Options.IOptions<XmppOptions> Options, XmppDomain Domain, TimeProvider Clock);

/// <summary>Where sessions are known, and must be forgotten when they end.</summary>
internal sealed record SessionRegister(SessionTable Sessions, PendingRequests Pending, IPresenceBroker Presence);
