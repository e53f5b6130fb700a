using System.Net.Security;

using Edge.Identity.Accounts;
using Edge.Xmpp.Bosh;
using Edge.Xmpp.External;
using Edge.Xmpp.HostMeta;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.Components;
using Edge.Xmpp.Modules.DataForms;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Sessions.Negotiation;
using Edge.Xmpp.Sessions.Sasl;
using Edge.Xmpp.Tracing;
using Edge.Xmpp.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp;

/// <summary>Puts the XMPP server into a host.</summary>
public static class XmppServices
{
    /// <summary>What clients ask for that begin with TLS (ALPN, XEP-0368 §3). Those that ask for nothing are served, too.</summary>
    public static readonly SslApplicationProtocol DirectTls = new("xmpp-client");

    /// <summary>Adds the server with all its modules; <paramref name="section"/> is <c>xmpp</c>. The host also adds transport, storage,
    /// identity and things, and says where to listen: <see cref="XmppSockets.ListenXmpp"/>, <see cref="UseXmpp"/>.</summary>
    public static IServiceCollection AddEdgeXmpp(this IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<XmppOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<XmppOptions>, XmppOptionsValidator>();
        return services.AddRouting().AddSessions().AddTraces(section.GetSection("trace")).AddSasl(section.GetSection("sasl")).AddWeb(section).AddModules(section).AddExternalMode(section);
    }

    /// <summary>Turns away, before their TLS handshake, connections that the server would not take: first in the chain, before <c>UseHttps</c>. Also tells
    /// operators of handshakes that failed.</summary>
    /// <param name="listen">The listener.</param>
    /// <param name="tlsRemedy">What to do where a handshake fails.</param>
    public static IConnectionBuilder UseXmppGate(this IConnectionBuilder listen, string tlsRemedy)
    {
        var services = listen.ApplicationServices;
        return listen.Use(next => connection => services.GetRequiredService<XmppServer>().GuardAsync(connection, next, tlsRemedy));
    }

    /// <summary>Serves XMPP clients on this end point.</summary>
    public static ListenOptions UseXmpp(this ListenOptions listen, XmppListenerPolicy policy)
    {
        var server = listen.ApplicationServices.GetRequiredService<XmppServer>();
        listen.Run(connection => server.OnConnectedAsync(connection, policy));
        return listen;
    }

    /// <summary>Serves XMPP components on this end point (XEP-0114).</summary>
    public static ListenOptions UseXmppComponents(this ListenOptions listen)
    {
        var server = listen.ApplicationServices.GetRequiredService<ComponentServer>();
        listen.Run(server.OnConnectedAsync);
        return listen;
    }

    private static IServiceCollection AddRouting(this IServiceCollection services) => services
        .AddSingleton<XmppDomain>()
        .AddSingleton<SessionTable>()
        .AddSingleton<PendingRequests>()
        .AddSingleton<HostDispatcher>()
        .AddSingleton<StanzaFilters>()
        .AddSingleton<OutsideDomains>()
        .AddSingleton<StanzaGates>()
        .AddSingleton<MessageFollowers>()
        .AddSingleton<RequestWays>()
        .AddSingleton<IqRouter>()
        .AddSingleton<MessageRouter>()
        .AddSingleton<StanzaRouter>()
        .AddSingleton<IStanzaSender, StanzaSender>()
        .AddSingleton<IUndelivered, ReturnedStanzas>()
        .AddSingleton<IAvailabilityObserver, MessageTakers>()
        .AddSingleton<RosterStore>()
        .AddSingleton<RosterPush>();

    private static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSingleton<INegotiationStep, StartTlsStep>()
        .AddSingleton<INegotiationStep, BindStep>()
        .AddSingleton<SessionSetting>()
        .AddSingleton<XmppMetrics>()
        .AddSingleton<IXmppSessions, XmppSessions>()
        .AddSingleton<IAccountSessions, XmppAccountSessions>()
        .AddSingleton<SessionParts>()
        .AddSingleton<ResourceDeparture>()
        .AddSingleton<SessionRegister>()
        .AddSingleton<SessionHost>()
        .AddSingleton<XmppServer>()
        .AddHostedService(provider => provider.GetRequiredService<XmppServer>());

    private static IServiceCollection AddWeb(this IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<BoshOptions>().Bind(section.GetSection("bosh")).ValidateOnStart();
        services.AddOptions<HostMetaOptions>().Bind(section.GetSection("hostMeta")).ValidateOnStart();
        services.AddOptions<XmppWebSocketOptions>().Bind(section.GetSection("webSocket")).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<XmppWebSocketOptions>, XmppWebSocketOptionsValidator>()
            .AddSingleton<XmppWebSocketHandler>()
            .AddSingleton<IValidateOptions<BoshOptions>, BoshOptionsValidator>()
            .AddSingleton<IValidateOptions<HostMetaOptions>, HostMetaOptionsValidator>()
            .AddSingleton<HostMetaHandler>()
            .AddSingleton<BoshTable>()
            .AddSingleton<BoshHandler>();
    }

    private static IServiceCollection AddTraces(this IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<TraceOptions>().Bind(section).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<TraceOptions>, TraceOptionsValidator>()
            .AddSingleton<StanzaTraces>()
            .AddSingleton<IStanzaTraces>(provider => provider.GetRequiredService<StanzaTraces>());
    }

    private static IServiceCollection AddModules(this IServiceCollection services, IConfiguration section)
    {
        services.AddSingleton<ModuleCatalog>();
        services.AddModuleOptions<DataFormOptions, DataFormOptionsValidator>(section.GetSection("dataForms"));
        XmppModules.AddTo(services, section);
        return services.AddIotModules(section);
    }
}
