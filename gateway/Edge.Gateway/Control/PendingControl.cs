using Edge.Identity.Pending;
using Edge.Protocol;

using static Edge.Gateway.Control.Refusals;

namespace Edge.Gateway.Control;

/// <summary>What <c>pending list</c> gets.</summary>
internal sealed record PendingLists(IReadOnlyList<PendingDevice> Waiting, IReadOnlyList<DeniedDevice> Denied);

/// <summary>Which device is meant: the address may be left out where only one calls itself so.</summary>
internal sealed record PendingName(string Client, string? Address = null);

/// <summary>What <c>pending allow</c> asks for; scopes and seconds for a client, the secret for a node that was flashed with one.</summary>
internal sealed record PendingAllowance(PendingName Device, IReadOnlyList<ScopeLine> Scopes, int Seconds, string? Secret = null);

/// <summary>What it gets: a token, or a node's secret.</summary>
internal sealed record PendingAllowed(string? Token, DateTimeOffset? ExpiresAt, string? NodeSecret);

/// <summary>Shows the devices that nobody knows, allows and denies them.</summary>
internal sealed class PendingControl : IControlEndpoints
{
    private const int LeastSecret = 16;
    private const int MostSecret = 64;

    /// <inheritdoc/>
    public static void Map(IEndpointRouteBuilder control)
    {
        control.MapGet("pending", (IPendingDevices pending) => TypedResults.Ok(new PendingLists(pending.Waiting, pending.Denied)));
        control.MapPost("pending/allow", AllowAsync);
        control.MapPost("pending/deny", DenyAsync);
        control.MapPost("pending/forgive", ForgiveAsync);
    }

    private static async Task<IResult> AllowAsync(PendingAllowance wish, IPendingDevices pending, IAdmission admission, CancellationToken cancel)
    {
        if (Find(pending.Waiting, wish.Device, d => d.ClientId, d => d.Address, out var device) is { } fault) return Wrong(fault);
        if (device!.Kind == PendingKind.Node && NodeId.IsValid(device.ClientId)) return await AllowNodeAsync(device, wish.Secret, admission, cancel);
        if (wish.Scopes.Count == 0) return Wrong("Say what it may do: --scope \"rw home/#\", once or several times.");
        if (wish.Seconds is < TokenControl.LeastSeconds or > TokenControl.MostSeconds)
            return Wrong($"A token lives {TokenControl.LeastSeconds} to {TokenControl.MostSeconds} seconds.");
        if (TokenControl.Read(wish.Scopes, out var scopes) is { } wrong) return Wrong(wrong);

        try
        {
            var token = admission.AllowClient(device, scopes, TimeSpan.FromSeconds(wish.Seconds));
            return TypedResults.Ok(new PendingAllowed(token.Value, token.ExpiresAt, null));
        }
        catch (ArgumentException tooLong)
        {
            return Wrong(tooLong.Message);
        }
    }

    private static async Task<IResult> AllowNodeAsync(PendingDevice device, string? given, IAdmission admission, CancellationToken cancel)
    {
        byte[]? secret = null;
        if (given is not null)
        {
            secret = new byte[MostSecret + 1];
            if (given.Length > 2 * MostSecret || !Convert.TryFromBase64String(given, secret, out var length) || length is < LeastSecret or > MostSecret)
                return Wrong($"The secret is not that of a settings.json: base64 of {LeastSecret} to {MostSecret} bytes.");
            secret = secret[..length];
        }

        var node = await admission.AllowNodeAsync(device, secret, cancel);
        return TypedResults.Ok(new PendingAllowed(null, null, given is null ? Convert.ToBase64String(node.Secret) : null));
    }

    private static async Task<IResult> DenyAsync(PendingName name, IPendingDevices pending, CancellationToken cancel)
    {
        if (Find(pending.Waiting, name, d => d.ClientId, d => d.Address, out var device) is { } fault) return Wrong(fault);

        return await pending.DenyAsync(device!.ClientId, device.Address, cancel)
            ? TypedResults.Ok()
            : Wrong("identity:pending:maxDenied is reached: raise it, or take denials back with 'pending deny --undo'.");
    }

    private static async Task<IResult> ForgiveAsync(PendingName name, IPendingDevices pending, CancellationToken cancel)
    {
        if (Find(pending.Denied, name, d => d.ClientId, d => d.Address, out var device) is { } fault) return Wrong(fault);

        await pending.ForgiveAsync(device!.ClientId, device.Address, cancel);
        return TypedResults.Ok();
    }

    private static string? Find<T>(IEnumerable<T> all, PendingName name, Func<T, string> id, Func<T, string> address, out T? found) where T : class
    {
        var matches = all.Where(d => id(d) == name.Client && (name.Address is null || address(d) == name.Address)).Take(2).ToList();
        found = matches.Count == 1 ? matches[0] : null;
        return matches.Count switch
        {
            0 => $"No such device: look at 'edge-gateway pending list'.",
            1 => null,
            _ => $"Several devices call themselves {name.Client}: give --address as well.",
        };
    }
}
