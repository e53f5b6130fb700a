using Edge.Xmpp.Sessions;
using Edge.Xmpp.Sessions.Negotiation;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.ClientState;

/// <summary>XEP-0352: less for a client that nobody looks at. It is offered on the stream, not in disco.</summary>
[Xep(352, "1.0.0", Note = "Presence waits, chat states are dropped")]
internal sealed class ClientStateModule : IXmppModule
{
    public static void AddServices(IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<ClientStateOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ClientStateOptions>, ClientStateOptionsValidator>()
            .AddSingleton<ClientStateHandler>()
            .AddSingleton<INegotiationStep>(provider => provider.GetRequiredService<ClientStateHandler>())
            .AddSingleton<IStreamElementHandler>(provider => provider.GetRequiredService<ClientStateHandler>());
    }

    public void Configure(XmppModuleBuilder xmpp)
    {
        // Nothing that disco knows of.
    }
}
