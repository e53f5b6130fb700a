using Edge.Xmpp.Sessions;
using Edge.Xmpp.Sessions.Negotiation;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.StreamManagement;

/// <summary>XEP-0198: acknowledgements, and sessions that outlive their connections. It is offered on the stream, not in disco.</summary>
[Xep(198, "1.6.3", Note = "Acknowledgements and resumption; sessions are kept in memory")]
internal sealed class StreamManagementModule : IXmppModule
{
    public static void AddServices(IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<StreamManagementOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StreamManagementOptions>, StreamManagementOptionsValidator>()
            .AddSingleton<ResumptionTable>()
            .AddSingleton<INegotiationStep, ResumeStep>()
            .AddSingleton<IStreamElementHandler, ManagementHandler>();
    }

    public void Configure(XmppModuleBuilder xmpp)
    {
        // Nothing that disco knows of.
    }
}
