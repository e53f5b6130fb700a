using Edge.Things;
using Edge.Xmpp.Modules;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.External;

/// <summary>Puts the way to another XMPP server in the place of the gateway's own.</summary>
internal static class ExternalServices
{
    /// <summary>Adds it, where <c>xmpp:mode</c> says so. The same modules serve; what they send goes over the links.</summary>
    public static IServiceCollection AddExternalMode(this IServiceCollection services, IConfiguration xmpp)
    {
        if (!Enum.TryParse<XmppMode>(xmpp["mode"], ignoreCase: true, out var mode) || mode != XmppMode.External) return services;

        services.AddModuleOptions<ExternalOptions, ExternalOptionsValidator>(xmpp.GetSection("external"));
        // The nodes' address is the account's: rules, questions and registrations speak of it.
        services.AddOptions<ThingsOptions>().PostConfigure<IOptions<ExternalOptions>>((things, external) =>
        {
            if (Jid.TryParse($"{external.Value.Account}@{things.Domain}", out var account)) things.PlaceConcentrator(account);
        });
        return services
            .AddSingleton<LinkDialer>()
            .AddSingleton<LinkSetting>()
            .AddSingleton<LinkSpells>()
            .AddSingleton<LinkTable>()
            .AddSingleton<LinkMetrics>()
            .AddSingleton<OnlineClients>()
            .AddSingleton<ConcentratorContacts>()
            .AddSingleton<StanzaIntake>()
            .Replace(ServiceDescriptor.Singleton<IStanzaSender, ExternalSender>())
            .AddHostedService<ExternalService>();
    }
}
