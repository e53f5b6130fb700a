using Microsoft.AspNetCore.Routing;

namespace Edge.Portal.Layout;

/// <summary>
/// What a page needs beside itself: the actions behind its buttons, or data for the script. Every class that implements it is found, made once
/// without arguments, and asked. Its endpoints are for signed-in users and, where they change something, for the portal's own forms only.
/// </summary>
internal interface IPortalEndpoints
{
    /// <summary>Maps the endpoints; their handlers take services as parameters.</summary>
    void Map(IEndpointRouteBuilder portal);
}
