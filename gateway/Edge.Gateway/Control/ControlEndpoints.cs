using Microsoft.AspNetCore.Http.Metadata;

namespace Edge.Gateway.Control;

/// <summary>What a command may ask of the gateway that runs: a class per group of commands, found by scanning the assembly.</summary>
internal interface IControlEndpoints
{
    /// <summary>Maps its paths below <c>/control</c>.</summary>
    static abstract void Map(IEndpointRouteBuilder control);
}

/// <summary>Maps them all, for the control socket only.</summary>
internal static class ControlEndpoints
{
    /// <summary>The beginning of every path.</summary>
    public const string Prefix = "/control";

    /// <summary>Maps every <see cref="IControlEndpoints"/> of this assembly.</summary>
    public static void MapControl(this IEndpointRouteBuilder app)
    {
        var control = app.MapGroup(Prefix).AllowAnonymous().AddEndpointFilter(OnlyHere).WithMetadata(new PlainAnswers());
        foreach (var type in typeof(ControlEndpoints).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IControlEndpoints))))
            type.GetMethod(nameof(IControlEndpoints.Map))!.Invoke(null, [control]);
    }

    // The portal's listeners route to every endpoint of the host: whoever comes in there finds nothing here.
    private static ValueTask<object?> OnlyHere(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        ControlSocket.IsControl(context.HttpContext) ? next(context) : new(TypedResults.NotFound());

    // A command reads codes and JSON, not the portal's pages.
    private sealed class PlainAnswers : ISkipStatusCodePagesMetadata;
}
