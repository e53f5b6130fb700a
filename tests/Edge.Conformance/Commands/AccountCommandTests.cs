using Edge.Conformance.Demo;
using Edge.TestKit;

namespace Edge.Conformance.Commands;

/// <summary><c>edge-gateway account …</c> and <c>registration …</c> as processes beside the gateway that runs.</summary>
public sealed class AccountCommandTests : IAsyncLifetime
{
    private readonly CommandGateway _gateway = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _gateway.StartAsync();

    [Fact]
    public async Task An_account_is_named_with_or_without_its_domain_from_its_first_day_to_its_last()
    {
        var password = await DoneAsync("account", "add", "Juliet@edge.local", "--role", "owner", "--generate");
        Assert.Equal(20, password.Length);
        Assert.StartsWith("juliet\towner\tenabled\t", await DoneAsync("account", "list"), StringComparison.Ordinal);

        await DoneAsync("account", "roles", "juliet", "--role", "device", "--role", "service");
        await DoneAsync("account", "disable", "juliet@edge.local");
        Assert.StartsWith("juliet\tdevice,service\tdisabled\t", await DoneAsync("account", "list"), StringComparison.Ordinal);
        Assert.Equal("", await DoneAsync("account", "sessions", "juliet@edge.local"));
        Assert.Equal("", await DoneAsync("sessions", "list", "--account", "juliet@edge.local"));

        await RefusedAsync("No such account", "account", "delete", "juliet@elsewhere.example");
        await DoneAsync("account", "delete", "JULIET@edge.local");
        Assert.Equal("", await DoneAsync("account", "list"));
        await RefusedAsync("'king' is no role: give operator, owner, device, service.", "account", "add", "romeo", "--role", "king", "--generate");
    }

    [Fact]
    public async Task A_registration_key_is_made_switched_and_revoked()
    {
        var key = await DoneAsync("registration", "keys", "add", "Meters of Capulet", "--quota", "3", "--days", "0");
        Assert.Equal($"{key}\tMeters of Capulet\t0/3\tfor ever\ton", await DoneAsync("registration", "keys", "list"));

        await DoneAsync("registration", "keys", "off", key);
        Assert.EndsWith("\toff", await DoneAsync("registration", "keys", "list"), StringComparison.Ordinal);
        await DoneAsync("registration", "keys", "revoke", key);

        await RefusedAsync("No such key", "registration", "keys", "revoke", key);
        await RefusedAsync("36500", "registration", "keys", "add", "Lamps", "--days", "40000");
        await RefusedAsync("No such request", "registration", "requests", "confirm", "nobody's");
        Assert.Equal("", await DoneAsync("registration", "requests", "list"));
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    /// <summary>Runs a command that succeeds; the first line that it prints.</summary>
    private async Task<string> DoneAsync(params string[] arguments)
    {
        await using var command = _gateway.Command(arguments);
        var line = await command.ReadLineAsync(Cancel) ?? "";
        var code = await command.ExitAsync(Cancel);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {code} {command.Errors}");
        return line;
    }

    private async Task RefusedAsync(string remedy, params string[] arguments)
    {
        await using var command = _gateway.Command(arguments);
        Assert.Equal(1, await command.ExitAsync(Cancel));
        await Eventually.HoldsAsync(() => command.Errors.Contains(remedy, StringComparison.Ordinal));
    }
}
