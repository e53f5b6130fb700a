using Edge.Identity.Sasl;
using Edge.Xmpp.Sessions.Negotiation;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>Registers signing in, with its mechanisms.</summary>
internal static class SaslServices
{
    /// <summary>Adds them; <paramref name="section"/> is <c>xmpp:sasl</c>.</summary>
    public static IServiceCollection AddSasl(this IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<SaslOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SaslOptions>, SaslOptionsValidator>();

        // RFC 6120 §6.3.3: in the order of preference. What is bound to the connection comes before what is not.
        var order = 20;
        foreach (var isPlus in new[] { true, false })
        {
            foreach (var scram in ScramMechanism.All)
            {
                var place = order++;
                services.AddSingleton<ISaslMechanism>(p => new ScramSasl(scram, isPlus, place, p.GetRequiredService<ScramParts>()));
            }
        }

        return services
            .AddSingleton<ScramParts>()
            .AddSingleton<ISaslMechanism, ExternalSasl>()
            .AddSingleton<ISaslMechanism, OAuthBearerSasl>()
            .AddSingleton<ISaslMechanism, PlainSasl>()
            .AddSingleton<SaslLimits>()
            .AddSingleton<CredentialSessions>()
            .AddSingleton<SessionProof>()
            .AddSingleton<BindChecks>()
            .AddSingleton<INegotiationStep, SaslStep>()
            .AddSingleton<INegotiationStep, ChannelBindingStep>();
    }
}
