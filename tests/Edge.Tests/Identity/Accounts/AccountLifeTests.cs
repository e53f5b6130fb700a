using Edge.Identity.Accounts;
using Edge.Identity.Sasl;
using Edge.Identity.Tokens;
using Edge.Storage.Memory;
using Edge.TestKit;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Identity.Accounts;

/// <summary>What is done to an account is done to everything that hangs on it.</summary>
public sealed class AccountLifeTests : IAsyncLifetime
{
    private const string Password = "o, be some other name";

    private readonly TempFolder _folder = new();
    private readonly MemoryStorage _storage = new();
    private readonly Hanging _hanging = new();
    private IdentityHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IAccountLife Life => _host.Get<IAccountLife>();

    private AccountStore Accounts => _host.Get<AccountStore>();

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        await Accounts.CreateAsync("olga", Password, Roles.Operator, Cancel);
        await Accounts.CreateAsync("juliet", Password, Roles.Owner, Cancel);
    }

    [Fact]
    public async Task Disabling_ends_every_session_and_takes_back_every_token()
    {
        var (access, refresh) = await TokensAsync("juliet@edge.local");
        var others = await TokensAsync("olga@edge.local");

        Assert.Equal(AccountError.None, await Life.SetDisabledAsync("Juliet", true, Cancel));

        Assert.Equal([("juliet", null)], _hanging.Ended);
        Assert.True((await Accounts.FindAsync("juliet", Cancel))!.IsDisabled);
        Assert.Equal(TokenError.Revoked, _host.Get<ITokenService>().Validate(access).Error);
        Assert.Null(await _host.Get<ITokenService>().RefreshAsync(refresh, "phone", Cancel));
        Assert.Equal(TokenError.None, _host.Get<ITokenService>().Validate(others.Access).Error);
        Assert.NotNull(await _host.Get<ITokenService>().RefreshAsync(others.Refresh, "phone", Cancel));

        Assert.Equal(AccountError.None, await Life.SetDisabledAsync("juliet", false, Cancel));
        Assert.NotNull(await CheckAsync("juliet", Password));
    }

    [Fact]
    public async Task A_token_that_is_made_after_a_sign_out_is_good_and_one_from_before_stays_bad_after_a_restart()
    {
        var (before, _) = await TokensAsync("juliet@edge.local");
        await Life.SignOutAsync("juliet", null, Cancel);
        var (after, _) = await TokensAsync("JULIET@edge.local");

        await StartAsync();

        Assert.Equal(TokenError.Revoked, _host.Get<ITokenService>().Validate(before).Error);
        Assert.Equal(TokenError.None, _host.Get<ITokenService>().Validate(after).Error);
    }

    [Fact]
    public async Task Another_password_ends_all_sessions_but_the_one_it_was_set_in()
    {
        _hanging.Sessions = [Session("a"), Session("b"), Session("c")];

        Assert.Equal(AccountError.None, await Life.SetPasswordAsync("juliet", "what's in a name", Session("b"), Cancel));

        Assert.Equal([("juliet", "a"), ("juliet", "c")], _hanging.Ended);
        Assert.NotNull(await CheckAsync("juliet", "what's in a name"));
        Assert.Equal(AccountError.BadPassword, await Life.SetPasswordAsync("juliet", "short", null, Cancel));
    }

    [Fact]
    public async Task Deleting_takes_everything_with_it()
    {
        Assert.Equal(AccountError.None, await Life.DeleteAsync("juliet", null, Cancel));

        Assert.Equal([("juliet", null)], _hanging.Ended);
        Assert.Equal(["juliet"], _hanging.Deleted);
        Assert.Null(await Accounts.FindAsync("juliet", Cancel));
        Assert.Equal(AccountError.NotFound, await Life.DeleteAsync("juliet", null, Cancel));
        Assert.Equal(AccountError.None, await Accounts.CreateAsync("juliet", Password, Roles.None, Cancel));
    }

    [Fact]
    public async Task The_name_is_free_when_the_session_that_was_kept_is_over()
    {
        _hanging.Sessions = [Session("a"), Session("b")];

        Assert.Equal(AccountError.None, await Life.DeleteAsync("juliet", Session("b"), Cancel));
        Assert.Equal([("juliet", "a")], _hanging.Ended);
        Assert.Equal(AccountError.NameTaken, await Accounts.CreateAsync("juliet", Password, Roles.None, Cancel));

        Assert.Equal(AccountError.None, await Life.FinishDeletionAsync("juliet", Cancel));
        Assert.Equal(["juliet", "juliet"], _hanging.Deleted); // what it wrote meanwhile goes, too
        Assert.Null(await Accounts.FindAsync("juliet", Cancel));

        // Once more by somebody who is late: whoever got the name meanwhile keeps it.
        Assert.Equal(AccountError.None, await Accounts.CreateAsync("juliet", Password, Roles.None, Cancel));
        Assert.Equal(AccountError.NotFound, await Life.FinishDeletionAsync("juliet", Cancel));
        Assert.NotNull(await CheckAsync("juliet", Password));
        Assert.Equal(2, _hanging.Deleted.Count);
    }

    [Fact]
    public async Task A_deletion_that_was_interrupted_keeps_the_name_and_is_finished_at_the_next_start()
    {
        _hanging.IsBroken = true;
        Assert.Equal(AccountError.Unfinished, await Life.DeleteAsync("juliet", null, Cancel));
        Assert.Null(await CheckAsync("juliet", Password));
        Assert.Equal(AccountError.NameTaken, await Accounts.CreateAsync("juliet", Password, Roles.None, Cancel));
        Assert.Equal(AccountError.NotFound, await Life.SetDisabledAsync("juliet", false, Cancel)); // it does not come back
        Assert.Equal(AccountError.NotFound, await Life.SetPasswordAsync("juliet", Password, null, Cancel));

        _hanging.IsBroken = false;
        await StartAsync();
        await _host.Get<AccountLife>().ResumeAsync(Cancel);

        Assert.Equal(["juliet"], _hanging.Deleted);
        Assert.Null(await Accounts.FindAsync("juliet", Cancel));
    }

    [Fact]
    public async Task The_last_operator_stays()
    {
        Assert.Equal(AccountError.LastOperator, await Life.DeleteAsync("olga", null, Cancel));
        Assert.Equal(AccountError.LastOperator, await Life.SetDisabledAsync("olga", true, Cancel));
        Assert.Equal(AccountError.LastOperator, await Life.SetRolesAsync("olga", Roles.Owner, Cancel));
        Assert.Equal(AccountError.LastOperator, await Accounts.DeleteAsync("olga", Cancel));
        Assert.Empty(_hanging.Ended);

        await Life.SetRolesAsync("juliet", Roles.Operator, Cancel);
        Assert.Equal(AccountError.None, await Life.SetDisabledAsync("olga", true, Cancel));
        Assert.Equal(AccountError.LastOperator, await Life.DeleteAsync("juliet", null, Cancel)); // a disabled one runs nothing
    }

    [Fact]
    public async Task Other_roles_end_what_rests_on_the_old_ones_and_the_same_ones_nothing()
    {
        await Life.SetRolesAsync("juliet", Roles.Owner, Cancel);
        Assert.Empty(_hanging.Ended);

        await Life.SetRolesAsync("juliet", Roles.Device, Cancel);
        Assert.Equal([("juliet", null)], _hanging.Ended);
    }

    [Fact]
    public async Task One_session_ends_alone()
    {
        _hanging.Sessions = [Session("a"), Session("b")];

        Assert.True(await Life.EndSessionAsync("juliet", "test", "b", "enough"));
        Assert.False(await Life.EndSessionAsync("juliet", "test", "c", "enough"));

        Assert.Equal([("juliet", "b")], _hanging.Ended);
    }

    [Fact]
    public async Task Salts_and_iterations_stay_while_the_password_does()
    {
        var before = (await Accounts.FindAsync("juliet", Cancel))!;
        await _storage.Open<Account>("accounts").SaveAsync("juliet", before with { ScramSha512 = null }, Cancel);
        await StartAsync(("scramIterations", "5000"));
        Assert.False(_host.Get<IScramCoverage>().IsComplete(ScramMechanism.Sha512));

        await _host.Get<IPasswords>().CheckAsync("juliet", Password, null, Cancel);

        var after = (await Accounts.FindAsync("juliet", Cancel))!;
        Assert.Equal((4096, 4096, 5000), (after.ScramSha1!.Iterations, after.ScramSha256!.Iterations, after.ScramSha512!.Iterations));
        Assert.Equal(before.ScramSha1!.Salt, after.ScramSha1.Salt);
        Assert.Equal(before.ScramSha256!.Salt, after.ScramSha256.Salt);
        Assert.True(ScramKeyMaker.Matches(ScramMechanism.Sha512, Password, after.ScramSha512));
        Assert.True(_host.Get<IScramCoverage>().IsComplete(ScramMechanism.Sha512));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<Account?> CheckAsync(string name, string password) => (await _host.Get<IPasswords>().CheckAsync(name, password, null, Cancel)).Account;

    private static AccountSession Session(string id) => new("test", id, id, "", default);

    private async Task StartAsync(params (string Key, string Value)[] settings)
    {
        if (_host is not null) await _host.DisposeAsync();
        _host = await IdentityHost.StartAsync(_folder, _storage, null, s => s.AddSingleton<IAccountData>(_hanging).AddSingleton<IAccountSessions>(_hanging), settings);
    }

    private async Task<(string Access, string Refresh)> TokensAsync(string subject)
    {
        var tokens = _host.Get<ITokenService>();
        return (tokens.Issue(subject, "phone", []).Value, await tokens.IssueRefreshAsync(subject, "phone", [], Cancel));
    }

    private sealed class Hanging : IAccountData, IAccountSessions
    {
        public List<string> Deleted { get; } = [];

        public List<(string Account, string? Session)> Ended { get; } = [];

        public IReadOnlyList<AccountSession> Sessions { get; set; } = [];

        public bool IsBroken { get; set; }

        public string Name => "rules";

        public string Kind => "test";

        public ValueTask DeleteAsync(string account, CancellationToken cancel)
        {
            if (IsBroken) throw new Edge.Storage.StorageException("The disk is full.");
            Deleted.Add(account);
            return default;
        }

        public IReadOnlyList<AccountSession> List(string account) => account == "juliet" ? Sessions : [];

        public ValueTask EndAsync(string account, string? sessionId, string reason)
        {
            Ended.Add((account, sessionId));
            return default;
        }
    }
}
