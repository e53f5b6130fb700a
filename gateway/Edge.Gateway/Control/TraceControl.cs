using Edge.Gateway.Configuration;
using Edge.Xmpp.Tracing;

using Microsoft.Extensions.Options;

using static Edge.Gateway.Control.Refusals;

namespace Edge.Gateway.Control;

/// <summary>What <c>trace</c> asks for; no minutes: stop.</summary>
internal sealed record TraceWish(string Account, int? Minutes);

/// <summary>What it gets; no file: stopped.</summary>
internal sealed record TraceGiven(string? File, DateTimeOffset Until);

/// <summary>Begins and ends traces of one account, in the folder <c>traces</c> of the data folder.</summary>
internal sealed class TraceControl : IControlEndpoints
{
    /// <inheritdoc/>
    public static void Map(IEndpointRouteBuilder control) => control.MapPost("traces", Run);

    private static IResult Run(TraceWish wish, IStanzaTraces traces, AccountNames names, IOptions<GatewayOptions> options)
    {
        var account = names.Of(wish.Account);
        if (wish.Minutes is not { } minutes)
            return traces.Stop(account) ? TypedResults.Ok(new TraceGiven(null, default)) : Wrong($"{account} is not traced.");

        var start = traces.Start(account, minutes, Path.Combine(Path.GetFullPath(options.Value.DataFolder), "traces"));
        return start.Fault is { } fault ? Wrong(fault) : TypedResults.Ok(new TraceGiven(start.File, start.Until));
    }
}
