using System.Net;
using System.Net.Http.Json;

using Edge.Gateway.Control;
using Edge.Gateway.Hosting;
using Edge.Identity.Accounts;
using Edge.Identity.Registration;
using Edge.TestKit;
using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Things.Registry;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Gateway;

/// <summary>What the commands <c>account …</c> and <c>registration …</c> ask of the gateway that runs.</summary>
public sealed class AccountControlTests : IAsyncLifetime
{
    private const string Password = "o, be some other name";

    private readonly TempFolder _folder = new();
    private GatewayHost _gateway = null!;
    private ControlClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IAccounts Accounts => _gateway.Services.GetRequiredService<IAccounts>();

    public async ValueTask InitializeAsync()
    {
        _gateway = await SmallGateway.StartAsync(_folder, ("identity:scramIterations", "4096"), ("identity:registration:requests", "true"));
        _client = new(SmallGateway.Data(_folder));
    }

    [Fact]
    public async Task An_account_is_made_listed_changed_and_deleted()
    {
        await OkAsync("accounts", new AccountWish("Juliet", Password, ["owner", "device"]));
        Assert.Equal(Roles.Owner | Roles.Device, (await Accounts.FindAsync("juliet", Cancel))!.Roles);
        await OkAsync("accounts/roles", new AccountWish("juliet", Roles: ["service"]));
        await OkAsync("accounts/password", new AccountWish("juliet", "what's in a name"));
        Assert.NotNull((await _gateway.Services.GetRequiredService<IPasswords>().CheckAsync("juliet", "what's in a name", null, Cancel)).Account);

        await OkAsync("accounts/disable", new AccountWish("juliet"));
        var line = (await ListAsync<AccountLine>("accounts")).Single(a => a.Name == "juliet");
        Assert.Equal(("disabled", "service", 0), (line.State, string.Join(',', line.Roles), line.Sessions));
        await OkAsync("accounts/enable", new AccountWish("juliet"));
        await OkAsync("accounts/signout", new AccountWish("juliet"));
        Assert.Empty(await ListAsync<AccountSession>("accounts/juliet/sessions"));

        await OkAsync("accounts/delete", new AccountWish("juliet"));
        Assert.Null(await Accounts.FindAsync("juliet", Cancel));
    }

    [Theory]
    [InlineData("accounts", "juliet", "short", null, "8 to 256")]
    [InlineData("accounts", "ju liet", Password, null, "1 to 64")]
    [InlineData("accounts", "juliet", Password, "king", "'king' is no role")]
    [InlineData("accounts/roles", "olga", null, "owner", "last operator")]
    [InlineData("accounts/disable", "olga", null, null, "last operator")]
    [InlineData("accounts/delete", "olga", null, null, "last operator")]
    [InlineData("accounts/delete", "nobody", null, null, "No such account")]
    [InlineData("accounts/signout", "nobody", null, null, "No such account")]
    public async Task What_cannot_be_done_is_told_with_the_remedy(string path, string name, string? password, string? role, string remedy)
    {
        await OkAsync("accounts", new AccountWish("olga", Password, ["operator"]));
        Assert.Contains(remedy, await RefusedAsync(path, new AccountWish(name, password, role is null ? null : [role])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_gets_the_name_of_a_deleted_account_owns_nothing_and_may_do_nothing()
    {
        var (juliet, romeo) = (Jid.Parse("juliet@edge.local"), Jid.Parse("romeo@edge.local"));
        var (registry, provisioning) = (_gateway.Services.GetRequiredService<IThingRegistry>(), _gateway.Services.GetRequiredService<IProvisioning>());
        var (hers, his) = (new ThingId(Jid.Parse("concentrator.edge.local"), new("lamp", "test")), new ThingId(Jid.Parse("concentrator.edge.local"), new("meter", "test")));
        await OkAsync("accounts", new AccountWish("juliet", Password));
        foreach (var (thing, owner, key) in new[] { (hers, juliet, "k1"), (his, romeo, "k2") })
        {
            await registry.RegisterAsync(thing, [new Tag("SN", key), new Tag("KEY", key)], cancel: Cancel);
            Assert.NotNull(await registry.ClaimAsync(owner, [new Tag("SN", key), new Tag("KEY", key)], cancel: Cancel));
        }

        await provisioning.AddRuleAsync(Rule(hers, juliet, romeo), Cancel);
        await provisioning.AddRuleAsync(Rule(his, romeo, juliet), Cancel);

        await OkAsync("accounts/delete", new AccountWish("juliet"));

        Assert.Empty(registry.OwnedBy(juliet));
        Assert.Empty(provisioning.RulesOf(juliet));
        Assert.Empty(provisioning.RulesOf(romeo));
        Assert.Single(registry.OwnedBy(romeo));
    }

    [Fact]
    public async Task A_registration_key_is_made_switched_and_revoked()
    {
        using var answer = await _client.PostAsync("registration/keys", new KeyWish("Meters", 5, 30), Cancel);
        var given = (await answer.Content.ReadFromJsonAsync<GivenRegistrationKey>(Cancel))!;
        Assert.Equal(given.Secret, await _gateway.Services.GetRequiredService<IRegistrationKeys>().SecretOfAsync(given.Key.Id, Cancel));

        await OkAsync("registration/keys/switch", new KeyName(given.Key.Id));
        Assert.False((await ListAsync<RegistrationKey>("registration/keys")).Single().IsEnabled);
        await OkAsync("registration/keys/revoke", new KeyName(given.Key.Id));
        Assert.Contains("No such key", await RefusedAsync("registration/keys/revoke", new KeyName(given.Key.Id)), StringComparison.Ordinal);
        Assert.Contains("registration:maxQuota", await RefusedAsync("registration/keys", new KeyWish("Meters", 0, 30)), StringComparison.Ordinal);
        Assert.Contains("36500", await RefusedAsync("registration/keys", new KeyWish("Meters", 1, -1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_for_a_key_is_confirmed_or_denied()
    {
        var requests = _gateway.Services.GetRequiredService<IKeyRequests>();
        await requests.AskAsync("Capulet", "ann@example.org", "Meters", 20, "192.0.2.7", Cancel);
        await requests.AskAsync("Montague", "bob@example.org", "Lamps", 20, "192.0.2.8", Cancel);
        var waiting = await ListAsync<KeyRequest>("registration/requests");

        Assert.Contains("registration:maxQuota", await RefusedAsync("registration/requests/confirm", new RequestAnswer(waiting[0].Id, 0, 0)), StringComparison.Ordinal);
        Assert.Equal(2, requests.Waiting.Count); // it waits on
        using var answer = await _client.PostAsync("registration/requests/confirm", new RequestAnswer(waiting[0].Id, null, 0), Cancel);
        Assert.Equal(("Capulet", 20), (await answer.Content.ReadFromJsonAsync<GivenRegistrationKey>(Cancel) is { Key: var key } ? (key.Label, key.Quota) : default));
        await OkAsync("registration/requests/deny", new RequestAnswer(waiting[1].Id, null, 0));

        Assert.Empty(requests.Waiting);
        Assert.Contains("No such request", await RefusedAsync("registration/requests/deny", new RequestAnswer(waiting[1].Id, null, 0)), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.StopAsync(Cancel);
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    private static Rule Rule(ThingId thing, Jid owner, Jid subject) => new(
        "", thing, owner, Subject.Of(subject, SubjectKind.Caller), Operation.Read, NameSet.All, NameSet.All, DateTimeOffset.UnixEpoch);

    private async Task OkAsync<T>(string path, T wish)
    {
        using var answer = await _client.PostAsync(path, wish, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<string> RefusedAsync<T>(string path, T wish)
    {
        using var answer = await _client.PostAsync(path, wish, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    private async Task<List<T>> ListAsync<T>(string path)
    {
        using var answer = await _client.GetAsync(path, Cancel);
        return (await answer.Content.ReadFromJsonAsync<List<T>>(Cancel))!;
    }
}
