using Edge.Xmpp;

namespace Edge.Gateway.Control;

/// <summary>What <c>sessions end</c> asks for.</summary>
internal sealed record SessionName(string Address);

/// <summary>Shows who is online over XMPP, and ends sessions.</summary>
internal sealed class SessionControl : IControlEndpoints
{
    /// <inheritdoc/>
    public static void Map(IEndpointRouteBuilder control)
    {
        control.MapGet("sessions", (string? account, IXmppSessions sessions, AccountNames names) =>
            TypedResults.Ok(sessions.List(account is null ? null : names.Of(account))));
        control.MapPost("sessions/end", End);
    }

    private static IResult End(SessionName name, IXmppSessions sessions) => sessions.End(name.Address, "An operator ended this session.")
        ? TypedResults.Ok()
        : Refusals.Wrong($"There is no session of {name.Address}: look at 'edge-gateway sessions list'.");
}
