using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Edge.Portal.Security;

/// <summary>Checks a session on every request, and says 401 or 403 where a program asks instead of leading it to a page.</summary>
internal sealed class PortalCookieEvents(PortalSignIn signIn, IOptions<PortalOptions> options, TimeProvider clock) : CookieAuthenticationEvents
{
    private const string OpenedKey = "opened";

    public override Task SigningIn(CookieSigningInContext context)
    {
        context.Properties.SetString(OpenedKey, clock.GetUtcNow().ToString("O"));
        return Task.CompletedTask;
    }

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (context.Principal is { } principal && !IsTooOld(context.Properties)
            && await signIn.IsValidAsync(principal, BrowserFacts.Of(context.HttpContext), context.HttpContext.RequestAborted)) return;

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(PortalUser.Scheme);
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context) =>
        AnswerAsync(context, StatusCodes.Status401Unauthorized, base.RedirectToLogin);

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static Task AnswerAsync(
        RedirectContext<CookieAuthenticationOptions> context, int status, Func<RedirectContext<CookieAuthenticationOptions>, Task> otherwise)
    {
        if (!context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)) return otherwise(context);

        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private bool IsTooOld(AuthenticationProperties properties) =>
        !DateTimeOffset.TryParse(properties.GetString(OpenedKey), System.Globalization.CultureInfo.InvariantCulture, out var opened)
        || opened + TimeSpan.FromDays(options.Value.SessionMaxDays) <= clock.GetUtcNow();
}
