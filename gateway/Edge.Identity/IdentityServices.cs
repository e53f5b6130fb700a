using Edge.Identity.Accounts;
using Edge.Identity.Devices;
using Edge.Identity.Pending;
using Edge.Identity.Registration;
using Edge.Identity.Sasl;
using Edge.Identity.Tokens;
using Edge.Storage.Files;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Identity;

/// <summary>Registers accounts, codes, tokens and device secrets.</summary>
public static class IdentityServices
{
    /// <summary>Adds them with section <c>identity</c>, and Data Protection with its keys in <c>keys</c> under <paramref name="dataFolder"/>.</summary>
    public static IServiceCollection AddEdgeIdentity(this IServiceCollection services, IConfiguration section, string dataFolder)
    {
        services.AddOptions<IdentityOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IdentityOptions>, IdentityOptionsValidator>();
        services.AddDataProtection().SetApplicationName("Edge");
        // The folder is made when the first key is needed, not for a look at the configuration.
        services.AddOptions<KeyManagementOptions>().Configure<ILoggerFactory>((keys, loggers) =>
            keys.XmlRepository = new FileSystemXmlRepository(PrivateFile.CreateFolder(Path.Combine(dataFolder, "keys")), loggers));
        services.AddOptions<PendingOptions>().Bind(section.GetSection("pending")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PendingOptions>, PendingOptionsValidator>();
        services.AddOptions<RegistrationOptions>().Bind(section.GetSection("registration")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RegistrationOptions>, RegistrationOptionsValidator>();
        return services
            .AddSingleton<RegistrationKeys>()
            .AddSingleton<IRegistrationKeys>(p => p.GetRequiredService<RegistrationKeys>())
            .AddSingleton<KeyRequests>()
            .AddSingleton<IKeyRequests>(p => p.GetRequiredService<KeyRequests>())
            .AddSingleton<IRegistrar, Registrar>()
            .AddSingleton<RegistrationParts>()
            .AddSingleton<PendingDevices>()
            .AddSingleton<IPendingDevices>(p => p.GetRequiredService<PendingDevices>())
            .AddHostedService(p => p.GetRequiredService<PendingDevices>())
            .AddSingleton<IAdmission, Admission>()
            .AddSingleton<AccountStore>()
            .AddSingleton<IAccounts>(p => p.GetRequiredService<AccountStore>())
            .AddSingleton<IAccountChanges>(p => p.GetRequiredService<AccountStore>())
            .AddSingleton<IScramCoverage>(p => p.GetRequiredService<AccountStore>())
            .AddSingleton<AccountLife>()
            .AddSingleton<IAccountLife>(p => p.GetRequiredService<AccountLife>())
            .AddSingleton<ISignInGuard, SignInGuard>()
            .AddSingleton<IPasswords, Passwords>()
            .AddSingleton<IOneTimeCodes, OneTimeCodes>()
            .AddSingleton<IDeviceSecrets, FactoryManifest>()
            .AddSingleton<ScramDecoys>()
            .AddSingleton<SigningKey>()
            .AddSingleton<TokenReader>()
            .AddSingleton<TokenRevocations>()
            .AddSingleton<TokenScopeChanges>()
            .AddSingleton<TokenJudge>()
            .AddSingleton<TokenParts>()
            .AddSingleton<TokenService>()
            .AddSingleton<ITokenService>(p => p.GetRequiredService<TokenService>())
            .AddSingleton<ITokenScopes>(p => p.GetRequiredService<TokenService>())
            .AddSingleton<ITokenSubjects>(p => p.GetRequiredService<TokenService>())
            .AddSingleton<IdentityParts>()
            .AddSingleton<ForeignParties>()
            .AddSingleton<IBearerTokens, BearerTokens>()
            .AddHostedService<IdentityStartup>();
    }
}
