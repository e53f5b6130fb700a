using Edge.Identity.Accounts;
using Edge.Portal.Layout;
using Edge.Portal.Live;
using Edge.Portal.Pages.Keys;
using Edge.Portal.Pages.Nodes;
using Edge.Portal.Pages.Pending;
using Edge.Portal.Pages.SignIn;
using Edge.Portal.Pages.Things;
using Edge.Portal.Security;
using Edge.Portal.Views;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Portal;

/// <summary>Puts the owners' web portal into a host; <see cref="PortalEndpoints"/> maps it.</summary>
public static class PortalServices
{
    /// <summary>Registers the portal with its section <c>portal</c>. The host registers Things, Identity, an <c>INodeLink</c>, the clock, and where
    /// the keys of Data Protection are kept (Edge.Identity does).</summary>
    public static IServiceCollection AddEdgePortal(this IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<PortalOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PortalOptions>, PortalOptionsValidator>();
        return services.AddPages().AddSecurity().AddLive();
    }

    private static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents();
        return services
            .AddSingleton<MenuEntries>()
            .AddSingleton<Notes>()
            .AddSingleton<ThingViews>()
            .AddSingleton<ParameterSetter>()
            .AddSingleton<Stickers>()
            .AddSingleton<Befriending>()
            .AddSingleton<PendingDesk>()
            .AddSingleton<KeyDesk>()
            .AddSingleton<SignInDesk>();
    }

    private static IServiceCollection AddLive(this IServiceCollection services) => services
        .AddSingleton<LiveHub>()
        .AddHostedService(p => p.GetRequiredService<LiveHub>())
        .AddSingleton<LiveParts>()
        .AddSingleton<LiveEvents>();

    private static IServiceCollection AddSecurity(this IServiceCollection services)
    {
        services.AddDataProtection();
        services.AddAntiforgery(o => Harden(o.Cookie, "edge-form"));
        services.AddAuthentication(PortalUser.Scheme).AddCookie(PortalUser.Scheme, o =>
        {
            Harden(o.Cookie, "edge-session");
            o.LoginPath = "/sign-in";
            o.SlidingExpiration = true;
            o.EventsType = typeof(PortalCookieEvents);
        });
        services.AddOptions<CookieAuthenticationOptions>(PortalUser.Scheme).Configure<IOptions<PortalOptions>>((o, portal) =>
            o.ExpireTimeSpan = TimeSpan.FromHours(portal.Value.SessionIdleHours));
        services.AddOptions<FormOptions>().Configure<IOptions<PortalOptions>>((o, portal) =>
            o.BufferBodyLengthLimit = o.MultipartBodyLengthLimit = portal.Value.MaxFormBytes);
        services.AddAuthorizationBuilder().AddPolicy(PortalUser.OperatorPolicy, p => p.RequireRole(nameof(Roles.Operator)));
        services.AddRateLimiter(_ => { });
        return services
            .AddSingleton<IConfigureOptions<RateLimiterOptions>, RequestLimits>()
            .AddSingleton<PortalSessions>()
            .AddSingleton<IAccountSessions, PortalAccountSessions>()
            .AddSingleton<PortalSignIn>()
            .AddSingleton<AccountChange>()
            .AddSingleton<PortalCookieEvents>()
            .AddSingleton<FirstOperator>();
    }

    private static void Harden(CookieBuilder cookie, string name)
    {
        cookie.Name = name;
        cookie.HttpOnly = true;
        cookie.IsEssential = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
    }
}
