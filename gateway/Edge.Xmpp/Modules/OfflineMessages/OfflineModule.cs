using Edge.Identity.Accounts;
using Edge.Xmpp.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Xmpp.Modules.OfflineMessages;

/// <summary>XEP-0160: messages wait for those who are away; with the time at which they came (XEP-0203), unless their sender does not want that (XEP-0334).</summary>
[Xep(160, "1.0.1", Keeps = "xmpp-offline")]
[Xep(203, "2.0", Note = "On messages that waited")]
[Xep(334, "1.0.0", Note = "no-store and store at offline messages, no-copy at carbons; there are no archives for no-permanent-store")]
internal sealed class OfflineModule : IXmppModule
{
    public static void AddServices(IServiceCollection services, IConfiguration section) => services
        .AddModuleOptions<OfflineOptions, OfflineOptionsValidator>(section)
        .AddSingleton<OfflineStore>()
        .AddSingleton<IUndeliverable, OfflineDelivery>()
        .AddSingleton<DeliveryReceipts>()
        .AddSingleton<HandoverGates>()
        .AddSingleton<IAvailabilityObserver, OfflineHandover>()
        .AddSingleton<IAccountData, OfflineData>();

    public void Configure(XmppModuleBuilder xmpp) => xmpp.OnDomain().Feature("msgoffline");
}

/// <summary>The messages that wait for an account go with it.</summary>
internal sealed class OfflineData(OfflineStore store) : IAccountData
{
    public string Name => "offline messages";

    public ValueTask DeleteAsync(string account, CancellationToken cancel) => store.ClearAsync(account, cancel);
}
