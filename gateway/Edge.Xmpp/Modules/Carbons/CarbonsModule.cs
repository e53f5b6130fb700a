using System.Xml.Linq;
using Edge.Xmpp.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Xmpp.Modules.Carbons;

/// <summary>XEP-0280: a client that wants to sees what the account's other clients send and get.</summary>
[Xep(280, "1.0.1", Note = "With all rules of §6.1 (urn:xmpp:carbons:rules:0)")]
[Xep(297, "1.0", Note = "In carbons")]
internal sealed class CarbonsModule(SessionTable sessions) : IXmppModule
{
    internal static readonly XNamespace Namespace = "urn:xmpp:carbons:2";

    public static void AddServices(IServiceCollection services, IConfiguration section) => services.AddSingleton<IMessageCopies, CarbonCopies>();

    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(Namespace.NamespaceName, "urn:xmpp:carbons:rules:0")
        .OnAccount().Feature(Namespace.NamespaceName)
        .OnIqSet(Namespace + "enable", (iq, _) => new(Switch(iq, isOn: true)))
        .OnIqSet(Namespace + "disable", (iq, _) => new(Switch(iq, isOn: false)));

    private IqResult Switch(Iq request, bool isOn)
    {
        if (sessions.Find(request.From) is { } resource) CarbonState.Set(resource, isOn);
        return IqResult.Empty;
    }
}

/// <summary>Whether a client wants carbons.</summary>
internal sealed class CarbonState
{
    private static readonly CarbonState On = new(), Off = new();

    private CarbonState()
    {
    }

    public static void Set(BoundResource resource, bool isOn) => resource.Set(isOn ? On : Off);

    public static bool IsOn(BoundResource resource) => resource.Get<CarbonState>() == On;
}
