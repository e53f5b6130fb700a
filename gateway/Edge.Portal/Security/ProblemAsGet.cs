using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Edge.Portal.Security;

/// <summary>A page that explains why a form was refused is looked at, not sent to: without the form that was refused, which would be refused again.</summary>
internal sealed class ProblemAsGet(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (http.Features.Get<IStatusCodeReExecuteFeature>() is not null || http.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            http.Request.Method = HttpMethods.Get;
            http.Features.Set<IFormFeature>(null);
            http.Features.Set<IAntiforgeryValidationFeature>(null);
        }

        return next(http);
    }
}
