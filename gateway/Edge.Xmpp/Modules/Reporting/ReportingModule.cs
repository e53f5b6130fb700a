using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Xmpp.Modules.Reporting;

/// <summary>XEP-0377: who blocks somebody may say why. Operators find that in the log and in the figures; nothing is told to others.</summary>
[Xep(377, "0.4.1", Note = "With a block; logged and counted, in the words of 0.2 too")]
internal sealed class ReportingModule : IXmppModule
{
    public static void AddServices(IServiceCollection services, IConfiguration section) => services.AddSingleton<IBlockObserver, BlockReports>();

    public void Configure(XmppModuleBuilder xmpp) => xmpp.OnDomain().Feature(
        ReportText.Namespace.NamespaceName, ReportText.FormerNamespace.NamespaceName, ReportText.FormerSpam, ReportText.FormerAbuse);
}
