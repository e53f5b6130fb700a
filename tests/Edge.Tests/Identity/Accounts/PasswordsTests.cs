using System.Net;

using Edge.Identity.Accounts;
using Edge.TestKit;

namespace Edge.Tests.Identity.Accounts;

public sealed class PasswordsTests : IAsyncLifetime
{
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");

    private readonly TempFolder _folder = new();
    private IdentityHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => StartAsync();

    [Fact]
    public async Task A_right_password_signs_in_whatever_the_case_of_the_name()
    {
        Assert.Equal("juliet", (await CheckAsync("Juliet", "o, be some other name")).Account?.Name);
        Assert.Equal("juliet", (await CheckAsync("JULIET", "o, be some other name")).Account?.Name); // the second time from memory
    }

    [Theory]
    [InlineData("juliet", "wrong")]
    [InlineData("juliet", "")]
    [InlineData("juliet", "O, be some other name")]
    [InlineData("nobody", "o, be some other name")]
    [InlineData("", "x")]
    [InlineData("../juliet", "o, be some other name")]
    public async Task Whatever_is_wrong_the_answer_is_the_same(string name, string password)
    {
        var result = await CheckAsync(name, password);

        Assert.Equal((null, PasswordError.Wrong), (result.Account, result.Error));
        Assert.Contains("set another password", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_remembered_password_is_worth_nothing_once_it_is_changed_or_the_account_gone()
    {
        var changed = new List<string>();
        _host.Get<IPasswords>().Changed += changed.Add;
        await CheckAsync("juliet", "o, be some other name");

        await _host.Get<AccountStore>().SetPasswordAsync("Juliet", "what's in a name", Cancel);
        Assert.Equal(PasswordError.Wrong, (await CheckAsync("juliet", "o, be some other name")).Error);
        Assert.Equal(PasswordError.None, (await CheckAsync("juliet", "what's in a name")).Error);

        await _host.Get<AccountStore>().DeleteAsync("juliet", Cancel);
        Assert.Equal(PasswordError.Wrong, (await CheckAsync("juliet", "what's in a name")).Error);
        Assert.Equal(["juliet", "juliet"], changed);
    }

    [Fact]
    public async Task A_storm_of_wrong_passwords_stops_its_address_for_a_minute_and_no_other()
    {
        await StartAsync(("signInFailuresPerAddress", "3"));
        for (var i = 0; i < 3; i++) Assert.Equal(PasswordError.Wrong, (await CheckAsync("juliet", $"guess {i}")).Error);

        var refused = await CheckAsync("juliet", "o, be some other name");

        Assert.Equal(PasswordError.TooManyFromAddress, refused.Error);
        Assert.Contains("identity:signInFailuresPerAddress (3)", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(PasswordError.None, (await CheckAsync("juliet", "o, be some other name", "192.0.2.2")).Error);
        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(PasswordError.None, (await CheckAsync("juliet", "o, be some other name")).Error);
    }

    [Fact]
    public async Task A_device_with_a_wrong_password_does_not_shut_out_who_signed_in_from_its_address_before()
    {
        await StartAsync(("signInFailuresPerAddress", "3"), ("signInFailuresPerAccount", "5"));
        await CheckAsync("juliet", "o, be some other name");
        for (var i = 0; i < 3; i++) await CheckAsync("device", "guess");

        Assert.Equal(PasswordError.None, (await CheckAsync("juliet", "o, be some other name")).Error);
        Assert.Equal(PasswordError.TooManyFromAddress, (await CheckAsync("romeo", "guess")).Error);

        // Nor does it open the account to guesses.
        for (var i = 0; i < 5; i++) Assert.Equal(PasswordError.Wrong, (await CheckAsync("juliet", "guess")).Error);
        Assert.Equal(PasswordError.TooManyFromAddress, (await CheckAsync("juliet", "guess")).Error);
    }

    [Fact]
    public async Task The_addresses_of_one_household_guess_together()
    {
        await StartAsync(("signInFailuresPerAddress", "3"));
        for (var i = 1; i <= 3; i++) await CheckAsync("juliet", "guess", $"2001:db8:1:2::{i}");

        Assert.Equal(PasswordError.TooManyFromAddress, (await CheckAsync("juliet", "guess", "2001:db8:1:2::9")).Error);
    }

    [Fact]
    public async Task Guesses_from_everywhere_stop_an_account_but_not_where_it_signed_in_before()
    {
        await StartAsync(("signInFailuresPerAccount", "3"));
        await CheckAsync("juliet", "o, be some other name");
        for (var i = 1; i <= 3; i++) await CheckAsync("juliet", "guess", $"198.51.100.{i}");

        var refused = await CheckAsync("juliet", "guess", "198.51.100.4");

        Assert.Equal(PasswordError.TooManyForAccount, refused.Error);
        Assert.Contains("identity:signInFailuresPerAccount (3)", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(PasswordError.None, (await CheckAsync("juliet", "o, be some other name")).Error);
        Assert.Equal(PasswordError.TooManyForAccount, (await CheckAsync("juliet", "o, be some other name", "198.51.100.5")).Error); // right, and not told
    }

    [Fact]
    public async Task Names_that_nobody_can_have_count_as_one_however_many_they_are()
    {
        await StartAsync(("signInFailuresPerAccount", "2"));
        await CheckAsync(new string('a', 60_000), "guess");
        await CheckAsync(new string('b', 60_000), "guess");

        Assert.Equal(PasswordError.TooManyForAccount, (await CheckAsync("no/name", "guess")).Error);
        Assert.Equal(PasswordError.None, (await CheckAsync("juliet", "o, be some other name")).Error);
    }

    [Fact]
    public async Task More_checks_than_may_wait_are_refused_and_the_others_done()
    {
        await StartAsync(("passwordChecksWaiting", "1"), ("passwordChecksAtOnce", "1"), ("scramIterations", "400000"), ("signInFailuresPerAddress", "1000"));

        // A name that nobody can have is not looked up: each has taken its place in the line when the next one comes.
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => CheckAsync("no/name", $"guess {i}")));

        Assert.Contains(results, r => r.Error == PasswordError.Busy);
        Assert.Contains(results, r => r.Error == PasswordError.Wrong);
        Assert.Contains("identity:passwordChecksWaiting (1)", results.First(r => r.Error == PasswordError.Busy).Detail, StringComparison.Ordinal);
        Assert.Equal(PasswordError.Wrong, (await CheckAsync("no/name", "later")).Error);
    }

    [Fact]
    public void Failures_of_too_many_keys_share_a_count_and_no_more_memory()
    {
        var counts = new FailureCounts(2, new ManualClock());
        for (var i = 0; i < 10_000; i++) counts.Add($"{i}");
        Assert.False(counts.IsOver("late"));

        counts.Add("late");
        counts.Add("later");

        Assert.True(counts.IsOver("latest"));
        Assert.False(counts.IsOver("3"));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<PasswordResult> CheckAsync(string name, string password, string? from = null) =>
        await _host.Get<IPasswords>().CheckAsync(name, password, from is null ? Home : IPAddress.Parse(from), Cancel);

    private async ValueTask StartAsync(params (string Key, string Value)[] settings)
    {
        if (_host is not null) await _host.DisposeAsync();
        _host = await IdentityHost.StartAsync(_folder, settings: settings);
        await _host.Get<AccountStore>().CreateAsync("juliet", "o, be some other name", Roles.Owner, Cancel);
    }
}
