using Edge.Identity.Registration;

using static Edge.Gateway.Control.Refusals;

namespace Edge.Gateway.Control;

/// <summary>What <c>registration keys add</c> asks for; 0 days: for ever.</summary>
internal sealed record KeyWish(string Label, int Quota, int Days);

/// <summary>Which key, and the switch.</summary>
internal sealed record KeyName(string Key, bool IsEnabled = false);

/// <summary>Which request, and what the key is to be.</summary>
internal sealed record RequestAnswer(string Request, int? Quota, int Days);

/// <summary>Makes, switches and revokes registration keys, and answers who asks for one.</summary>
internal sealed class RegistrationControl : IControlEndpoints
{
    private const string CommandLine = "the command line";

    /// <inheritdoc/>
    public static void Map(IEndpointRouteBuilder control)
    {
        control.MapGet("registration/keys", async (IRegistrationKeys keys, CancellationToken cancel) => TypedResults.Ok(await keys.ListAsync(cancel)));
        control.MapPost("registration/keys", async (KeyWish wish, IRegistrationKeys keys, CancellationToken cancel) =>
            Given(await keys.CreateAsync(wish.Label, wish.Quota, wish.Days, CommandLine, cancel)));
        control.MapPost("registration/keys/switch", async (KeyName name, IRegistrationKeys keys, CancellationToken cancel) =>
            Answer(await keys.SwitchAsync(name.Key, name.IsEnabled, cancel)));
        control.MapPost("registration/keys/revoke", async (KeyName name, IRegistrationKeys keys, CancellationToken cancel) => Answer(await keys.RevokeAsync(name.Key, cancel)));
        control.MapGet("registration/requests", (IKeyRequests requests) => TypedResults.Ok(requests.Waiting));
        control.MapPost("registration/requests/confirm", async (RequestAnswer answer, IKeyRequests requests, CancellationToken cancel) =>
            Given(await requests.ConfirmAsync(answer.Request, answer.Quota, answer.Days, CommandLine, cancel)));
        control.MapPost("registration/requests/deny", async (RequestAnswer answer, IKeyRequests requests, CancellationToken cancel) =>
            Answer(await requests.DenyAsync(answer.Request, cancel) is null ? RegistrationKeyError.NoRequest : RegistrationKeyError.None));
    }

    private static IResult Given((GivenRegistrationKey? Key, RegistrationKeyError Error) made) => made.Key is null ? Answer(made.Error) : TypedResults.Ok(made.Key);

    private static IResult Answer(RegistrationKeyError error) => error switch
    {
        RegistrationKeyError.None => TypedResults.Ok(),
        RegistrationKeyError.NotFound => Wrong("No such key: look at 'edge-gateway registration keys list'."),
        RegistrationKeyError.NoRequest => Wrong("No such request: look at 'edge-gateway registration requests list'."),
        _ => Wrong(RegistrationKeyErrorText.Of(error)),
    };
}
