using Edge.Identity.Accounts;
using Edge.Storage;
using Edge.Storage.Memory;
using Edge.TestKit;

namespace Edge.Tests.Identity.Accounts;

public sealed class AccountStoreTests : IAsyncLifetime
{
    private const string Password = "correct horse";

    private readonly TempFolder _folder = new();
    private readonly MemoryStorage _storage = new();
    private IdentityHost _host = null!;

    private AccountStore Accounts => _host.Get<AccountStore>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await IdentityHost.StartAsync(_folder, _storage, null, ("maxAccounts", "3"));

    [Fact]
    public async Task An_account_is_found_whatever_the_case_of_its_name()
    {
        Assert.Equal(AccountError.None, await Accounts.CreateAsync("Juliet", Password, Roles.Owner, Cancel));

        var account = await Accounts.FindAsync("JULIET", Cancel);

        Assert.Equal(("juliet", Roles.Owner, _host.Clock.GetUtcNow()), (account!.Name, account.Roles, account.CreatedAt));
        Assert.Equal(AccountError.NameTaken, await Accounts.CreateAsync("jULIET", Password, Roles.None, Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("juliet@edge.local")]
    [InlineData("../juliet")]
    [InlineData("j\u00fcliet")]
    [InlineData("\u212aelvin")] // the Kelvin sign, whose lower case is a plain k
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public async Task A_name_that_is_none_is_refused_and_found_nowhere(string name)
    {
        Assert.Equal(AccountError.BadName, await Accounts.CreateAsync(name, Password, Roles.None, Cancel));
        Assert.Null(await Accounts.FindAsync(name, Cancel));
        Assert.Null(await CheckAsync(name, Password));
        Assert.Equal(AccountError.NotFound, await Accounts.DeleteAsync(name, Cancel));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(257)]
    public async Task A_password_too_short_or_too_long_is_refused(int length)
    {
        await Accounts.CreateAsync("juliet", Password, Roles.None, Cancel);

        Assert.Equal(AccountError.BadPassword, await Accounts.CreateAsync("romeo", new('x', length), Roles.None, Cancel));
        Assert.Equal(AccountError.BadPassword, await Accounts.SetPasswordAsync("juliet", new('x', length), Cancel));
    }

    [Fact]
    public async Task A_password_that_clients_write_in_different_ways_is_refused()
    {
        await Accounts.CreateAsync("juliet", Password, Roles.None, Cancel);

        Assert.Equal(AccountError.UnfitPassword, await Accounts.CreateAsync("romeo", "one \u00bd half", Roles.None, Cancel));
        Assert.Equal(AccountError.UnfitPassword, await Accounts.SetPasswordAsync("juliet", "a bell\u0007 rings", Cancel));
        Assert.NotNull(await CheckAsync("juliet", Password));
    }

    [Theory]
    [InlineData("cafe\u0301 au lait", "caf\u00e9 au lait")]
    [InlineData("non\u00a0breaking", "non breaking")]
    public async Task A_password_opens_in_whichever_form_it_is_typed(string set, string typed)
    {
        await Accounts.CreateAsync("juliet", set, Roles.None, Cancel);

        Assert.NotNull(await CheckAsync("juliet", typed));
        Assert.NotNull(await CheckAsync("juliet", set));
        Assert.True(ScramKeyMaker.Matches(Edge.Identity.Sasl.ScramMechanism.Sha1, typed, (await Accounts.FindAsync("juliet", Cancel))!.ScramSha1!));
    }

    [Fact]
    public async Task The_right_password_opens_and_no_other()
    {
        await Accounts.CreateAsync("juliet", Password, Roles.None, Cancel);

        Assert.Equal("juliet", (await CheckAsync("Juliet", Password))?.Name);
        Assert.Null(await CheckAsync("juliet", Password + "!"));
        Assert.Null(await CheckAsync("nobody", Password));
        Assert.Null(await CheckAsync("juliet", new string('x', 100_000)));
    }

    [Fact]
    public async Task Another_password_takes_the_place_of_the_old_one()
    {
        await Accounts.CreateAsync("juliet", Password, Roles.None, Cancel);

        Assert.Equal(AccountError.None, await Accounts.SetPasswordAsync("juliet", "battery staple", Cancel));
        Assert.Equal(AccountError.NotFound, await Accounts.SetPasswordAsync("romeo", "battery staple", Cancel));

        Assert.Null(await CheckAsync("juliet", Password));
        Assert.NotNull(await CheckAsync("juliet", "battery staple"));
    }

    [Fact]
    public async Task A_disabled_account_does_not_open()
    {
        await Accounts.CreateAsync("juliet", Password, Roles.None, Cancel);
        await _storage.Open<Account>("accounts").SaveAsync("juliet", (await Accounts.FindAsync("juliet", Cancel))! with { IsDisabled = true }, Cancel);

        Assert.Null(await CheckAsync("juliet", Password));
    }

    [Fact]
    public async Task Accounts_are_limited_and_a_deleted_one_makes_room()
    {
        foreach (var name in new[] { "a", "b", "c" }) Assert.Equal(AccountError.None, await Accounts.CreateAsync(name, Password, Roles.None, Cancel));

        Assert.Equal(AccountError.TooMany, await Accounts.CreateAsync("d", Password, Roles.None, Cancel));
        Assert.Equal(AccountError.None, await Accounts.DeleteAsync("B", Cancel));
        Assert.Equal(AccountError.None, await Accounts.CreateAsync("d", Password, Roles.None, Cancel));
        Assert.Equal(["a", "c", "d"], await Accounts.ListAsync(Cancel).Select(account => account.Name).ToListAsync(Cancel));
    }

    [Fact]
    public async Task One_name_goes_to_one_of_many_who_want_it()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Accounts.CreateAsync("juliet", Password, Roles.None, Cancel))));

        Assert.Single(outcomes, AccountError.None);
        Assert.Equal(19, outcomes.Count(outcome => outcome == AccountError.NameTaken));
    }

    [Fact]
    public async Task The_store_never_holds_a_password()
    {
        await Accounts.CreateAsync("juliet", Password, Roles.None, Cancel);

        var kept = System.Text.Json.JsonSerializer.Serialize(await Accounts.FindAsync("juliet", Cancel), StoreJson.Options);

        Assert.DoesNotContain(Password, kept, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Password)), kept, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<Account?> CheckAsync(string name, string password) => (await _host.Get<IPasswords>().CheckAsync(name, password, null, Cancel)).Account;
}
