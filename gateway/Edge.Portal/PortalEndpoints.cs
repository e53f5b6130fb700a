using Edge.Portal.Layout;
using Edge.Portal.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Portal;

/// <summary>Maps the portal into a host's application.</summary>
public static class PortalEndpoints
{
    /// <summary>Maps the pages, the actions behind their buttons, the live values and <c>/healthz</c>, with the middleware they need. Called once, on the
    /// host's application.</summary>
    public static WebApplication MapEdgePortal(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandlingPath = "/problem/500", CreateScopeForErrors = true });
        app.UseStatusCodePagesWithReExecute("/problem/{0}", createScopeForStatusCodePages: true);
        app.UseMiddleware<ProblemAsGet>();
        app.UseRouting();
        app.UseMiddleware<RefusedForms>();
        app.UseRequestLimits();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();

        app.MapGet("/healthz", () => TypedResults.Text("ok\n")).AllowAnonymous().WithMetadata(new SkipStatusCodePages());
        var portal = app.MapGroup("").WithMetadata(new PortalEndpoint());
        portal.MapRazorComponents<App>().WithMetadata(FormLimit(app));
        PortalAssets.Map(portal);
        MapActions(portal.MapGroup("").RequireAuthorization().AddEndpointFilter(RefuseForeignForms).WithMetadata(FormLimit(app)));
        return app;
    }

    /// <summary>Every class of this assembly that offers endpoints: adding one edits nothing here.</summary>
    private static void MapActions(IEndpointRouteBuilder actions)
    {
        foreach (var type in typeof(PortalEndpoints).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IPortalEndpoints))))
            ((IPortalEndpoints)Activator.CreateInstance(type)!).Map(actions);
    }

    /// <summary>Whatever changes something must come from a form of ours; checked here too, for actions that read no form.</summary>
    private static async ValueTask<object?> RefuseForeignForms(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (HttpMethods.IsGet(http.Request.Method) || await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http))
            return await next(context);

        return TypedResults.StatusCode(StatusCodes.Status400BadRequest);
    }

    private static RequestLimit FormLimit(WebApplication app) => new(app.Services.GetRequiredService<IOptions<PortalOptions>>().Value.MaxFormBytes);

    private sealed record RequestLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;

    private sealed class SkipStatusCodePages : ISkipStatusCodePagesMetadata;
}
