using Edge.Identity.Registration;

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
        control.MapPost("registration/keys", (KeyWish wish, IRegistrationKeys keys, TimeProvider clock, CancellationToken cancel) => MakeAsync(wish, keys, clock, cancel));
        control.MapPost("registration/keys/switch", async (KeyName name, IRegistrationKeys keys, CancellationToken cancel) =>
            Answer(await keys.SwitchAsync(name.Key, name.IsEnabled, cancel)));
        control.MapPost("registration/keys/revoke", async (KeyName name, IRegistrationKeys keys, CancellationToken cancel) => Answer(await keys.RevokeAsync(name.Key, cancel)));
        control.MapGet("registration/requests", (IKeyRequests requests) => TypedResults.Ok(requests.Waiting));
        control.MapPost("registration/requests/confirm", ConfirmAsync);
        control.MapPost("registration/requests/deny", async (RequestAnswer answer, IKeyRequests requests, CancellationToken cancel) =>
            await requests.CloseAsync(answer.Request, cancel) is null ? (IResult)Gone() : TypedResults.Ok());
    }

    private static async Task<IResult> MakeAsync(KeyWish wish, IRegistrationKeys keys, TimeProvider clock, CancellationToken cancel)
    {
        if (wish.Days is < 0 or > 36_500) return Wrong("A key is good for 1 to 36500 days, or 0 for ever.");

        var (given, error) = await keys.CreateAsync(wish.Label, wish.Quota, wish.Days == 0 ? null : clock.GetUtcNow().AddDays(wish.Days), CommandLine, cancel);
        return given is null ? Answer(error) : TypedResults.Ok(given);
    }

    private static async Task<IResult> ConfirmAsync(RequestAnswer answer, IKeyRequests requests, IRegistrationKeys keys, TimeProvider clock, CancellationToken cancel)
    {
        if (requests.Waiting.FirstOrDefault(r => r.Id == answer.Request) is not { } request) return Gone();

        var made = await MakeAsync(new(request.Name, answer.Quota ?? request.Accounts, answer.Days), keys, clock, cancel);
        if (made is IStatusCodeHttpResult { StatusCode: StatusCodes.Status200OK }) await requests.CloseAsync(request.Id, cancel);
        return made;
    }

    private static IResult Answer(RegistrationKeyError error) => error switch
    {
        RegistrationKeyError.None => TypedResults.Ok(),
        RegistrationKeyError.BadLabel => Wrong("Say in up to 100 characters who the key is for."),
        RegistrationKeyError.BadQuota => Wrong("The number of accounts is out of range: give 1 to identity:registration:maxQuota."),
        RegistrationKeyError.BadExpiry => Wrong("The end lies in the past."),
        RegistrationKeyError.TooMany => Wrong("identity:registration:maxKeys is reached: revoke some."),
        _ => Wrong("No such key: look at 'edge-gateway registration keys list'."),
    };

    private static Microsoft.AspNetCore.Http.HttpResults.ContentHttpResult Gone() => Wrong("No such request: look at 'edge-gateway registration requests list'.");

    private static Microsoft.AspNetCore.Http.HttpResults.ContentHttpResult Wrong(string text) => TypedResults.Text(text, statusCode: StatusCodes.Status400BadRequest);
}
