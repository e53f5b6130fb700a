using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Edge.Portal.Security;

/// <summary>Turns forms that cannot be read into the answer that says why, instead of an error of the gateway: too long, cut off, or not one of ours.</summary>
internal sealed class RefusedForms(RequestDelegate next, IOptions<PortalOptions> options)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (HttpMethods.IsPost(http.Request.Method) && http.Request.ContentLength > options.Value.MaxFormBytes
            && http.GetEndpoint()?.Metadata.GetMetadata<PortalEndpoint>() is not null)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        try
        {
            await next(http);
        }
        catch (BadHttpRequestException refused) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = refused.StatusCode;
        }
    }
}
