using Edge.Identity.Registration;
using Edge.Storage.Memory;
using Edge.TestKit;

namespace Edge.Tests.Identity.Registration;

public sealed class RegistrationKeysTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly MemoryStorage _storage = new();
    private readonly ManualClock _clock = new();
    private IdentityHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IRegistrationKeys Keys => _host.Get<IRegistrationKeys>();

    private IKeyRequests Requests => _host.Get<IKeyRequests>();

    public async ValueTask InitializeAsync() => await StartAsync();

    [Fact]
    public async Task A_key_its_secret_and_its_count_outlive_a_restart_and_the_secret_is_not_in_the_store()
    {
        var given = (await Keys.CreateAsync(" Meters ", 2, 0, "olga", Cancel)).Given!;
        await Keys.TakeAsync(given.Key.Id, Cancel);

        await StartAsync();

        Assert.Equal(given.Key with { Used = 1, UsedAt = _clock.GetUtcNow() }, (await Keys.ListAsync(Cancel)).Single());
        Assert.Equal(given.Secret, await Keys.SecretOfAsync(given.Key.Id, Cancel));
        Assert.Equal("Meters", given.Key.Label);
        var kept = await _storage.Open<RegistrationKeys.Kept>("registration-keys").FindAsync(given.Key.Id, Cancel);
        Assert.DoesNotContain(given.Secret, System.Text.Encoding.ASCII.GetString(kept!.Secret), StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_many_take_a_place_at_once_as_there_are()
    {
        var key = (await Keys.CreateAsync("Meters", 5, 0, "olga", Cancel)).Given!.Key;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Keys.TakeAsync(key.Id, Cancel))));

        Assert.Equal(5, outcomes.Count(o => o == RegistrationKeyError.None));
        Assert.Equal(15, outcomes.Count(o => o == RegistrationKeyError.UsedUp));
        Assert.False(Keys.IsAnyGood);
        await Keys.GiveBackAsync(key.Id, Cancel);
        Assert.True(Keys.IsAnyGood);
    }

    [Fact]
    public async Task A_key_is_good_until_its_end_while_it_is_switched_on_and_not_revoked()
    {
        var key = (await Keys.CreateAsync("Meters", 5, 1, "olga", Cancel)).Given!.Key;
        await Keys.SwitchAsync(key.Id, false, Cancel);
        Assert.Equal((false, RegistrationKeyError.SwitchedOff), (Keys.IsAnyGood, await Keys.TakeAsync(key.Id, Cancel)));
        await Keys.SwitchAsync(key.Id, true, Cancel);
        Assert.Equal((true, RegistrationKeyError.None), (Keys.IsAnyGood, await Keys.TakeAsync(key.Id, Cancel)));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal((false, RegistrationKeyError.Expired), (Keys.IsAnyGood, await Keys.TakeAsync(key.Id, Cancel)));
        Assert.Equal(RegistrationKeyError.None, await Keys.RevokeAsync(key.Id, Cancel));
        Assert.Equal(RegistrationKeyError.NotFound, await Keys.TakeAsync(key.Id, Cancel));
        Assert.Null(await Keys.SecretOfAsync(key.Id, Cancel));
    }

    [Theory]
    [InlineData("", 1, 1, RegistrationKeyError.BadLabel)]
    [InlineData("a\nb", 1, 1, RegistrationKeyError.BadLabel)]
    [InlineData("Meters", 0, 1, RegistrationKeyError.BadQuota)]
    [InlineData("Meters", 10_001, 1, RegistrationKeyError.BadQuota)]
    [InlineData("Meters", 1, -1, RegistrationKeyError.BadExpiry)]
    [InlineData("Meters", 1, 36_501, RegistrationKeyError.BadExpiry)]
    public async Task What_cannot_be_a_key_is_told(string label, int quota, int days, RegistrationKeyError error) =>
        Assert.Equal((null, error), await Keys.CreateAsync(label, quota, days, "olga", Cancel));

    [Fact]
    public async Task There_are_no_more_keys_than_the_configuration_allows()
    {
        await StartAsync(("registration:maxKeys", "1"));
        await Keys.CreateAsync("Meters", 1, 0, "olga", Cancel);
        Assert.Equal(RegistrationKeyError.TooMany, (await Keys.CreateAsync("Lamps", 1, 0, "olga", Cancel)).Error);
    }

    [Fact]
    public async Task Requests_wait_for_an_operator_through_a_restart_and_are_forgotten_in_the_end()
    {
        await StartAsync(("registration:requests", "true"));
        Assert.Equal(KeyRequestError.None, await Requests.AskAsync("Capulet Ltd", "ann@example.org", "Meters", 50, "192.0.2.7", Cancel));
        await StartAsync(("registration:requests", "true"));
        var request = Assert.Single(Requests.Waiting);
        Assert.Equal(("Capulet Ltd", 50), (request.Name, request.Accounts));

        _clock.Advance(TimeSpan.FromDays(31));
        Assert.Empty(Requests.Waiting);
        Assert.Null(await Requests.DenyAsync(request.Id, Cancel));
    }

    [Fact]
    public async Task A_request_is_forgotten_after_the_days_that_the_configuration_gives()
    {
        await StartAsync(("registration:requests", "true"), ("registration:requestDays", "2"), ("registration:maxRequests", "1"));
        await AskAsync("192.0.2.7");
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.Single(Requests.Waiting);
        Assert.Equal(KeyRequestError.TooMany, await AskAsync("192.0.2.8"));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(Requests.Waiting);
        Assert.Equal(KeyRequestError.None, await AskAsync("192.0.2.8")); // it makes room
    }

    [Fact]
    public async Task However_many_confirm_a_request_at_once_it_makes_one_key()
    {
        await StartAsync(("registration:requests", "true"));
        await AskAsync("192.0.2.7");
        var id = Requests.Waiting[0].Id;

        Assert.Equal((null, RegistrationKeyError.BadQuota), await Requests.ConfirmAsync(id, 0, 0, "olga", Cancel));
        Assert.Single(Requests.Waiting); // it waits on
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Requests.ConfirmAsync(id, null, 0, "olga" + i, Cancel))));

        Assert.Single(outcomes, o => o.Given is { Key: { Label: "Capulet Ltd", Quota: 50 } });
        Assert.Equal(7, outcomes.Count(o => o.Error == RegistrationKeyError.NoRequest));
        Assert.Single(await Keys.ListAsync(Cancel));
    }

    [Theory]
    [InlineData("Capulet\nforged\tline", "ann@example.org", "Meters", KeyRequestError.Malformed)]
    [InlineData("Capulet", "ann\r@example.org", "Meters", KeyRequestError.Malformed)]
    [InlineData("Capulet", "ann@example.org", "Meters\u001b[2J", KeyRequestError.Malformed)]
    [InlineData("Capulet", "ann@example.org", "Meters\r\nand lamps", KeyRequestError.None)]
    public async Task Only_what_it_is_for_may_have_several_lines(string name, string contact, string purpose, KeyRequestError error)
    {
        await StartAsync(("registration:requests", "true"));
        Assert.Equal(error, await Requests.AskAsync(name, contact, purpose, 1, "192.0.2.7", Cancel));
    }

    [Fact]
    public async Task Requests_are_bounded_in_all_and_for_one_address()
    {
        await StartAsync(("registration:requests", "true"), ("registration:maxRequests", "4"));
        for (var i = 0; i < 3; i++) Assert.Equal(KeyRequestError.None, await AskAsync("192.0.2.7"));
        Assert.Equal(KeyRequestError.TooMany, await AskAsync("192.0.2.7"));
        Assert.Equal(KeyRequestError.None, await AskAsync("192.0.2.8"));
        Assert.Equal(KeyRequestError.TooMany, await AskAsync("192.0.2.9"));

        Assert.NotNull(await Requests.DenyAsync(Requests.Waiting[0].Id, Cancel));
        Assert.Equal(KeyRequestError.None, await AskAsync("192.0.2.9"));
    }

    [Fact]
    public async Task Requests_are_taken_only_where_the_operator_wants_them()
    {
        Assert.Equal(KeyRequestError.NotTaken, await AskAsync("192.0.2.7"));
        await StartAsync(("registration:requests", "true"));
        Assert.Equal(KeyRequestError.Malformed, await Requests.AskAsync("", "x", "y", 1, "192.0.2.7", Cancel));
        Assert.Equal(KeyRequestError.Malformed, await Requests.AskAsync("x", "x", new('y', 501), 1, "192.0.2.7", Cancel));
        Assert.Equal(KeyRequestError.Malformed, await Requests.AskAsync("x", "x", "y", 10_001, "192.0.2.7", Cancel));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    private Task<KeyRequestError> AskAsync(string address) => Requests.AskAsync("Capulet Ltd", "ann@example.org", "Meters", 50, address, Cancel);

    private async Task StartAsync(params (string Key, string Value)[] settings)
    {
        if (_host is not null) await _host.DisposeAsync();
        _host = await IdentityHost.StartAsync(_folder, _storage, _clock, settings);
    }
}
