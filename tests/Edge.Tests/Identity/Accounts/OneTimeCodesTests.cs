using Edge.Identity.Accounts;
using Edge.Storage.Memory;
using Edge.TestKit;

namespace Edge.Tests.Identity.Accounts;

public sealed class OneTimeCodesTests : IAsyncLifetime
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly TempFolder _folder = new();
    private readonly MemoryStorage _storage = new();
    private IdentityHost _host = null!;

    private IOneTimeCodes Codes => _host.Get<IOneTimeCodes>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await IdentityHost.StartAsync(_folder, _storage, null, ("codeAttemptsPerMinute", "3"));

    [Fact]
    public async Task A_code_is_readable_and_works_once()
    {
        var code = await Codes.IssueAsync("juliet", Lifetime, Cancel);

        Assert.Matches("^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$", code);
        Assert.Equal(new RedeemedCode("juliet"), await Codes.RedeemAsync(code, Cancel));
        Assert.Null(await Codes.RedeemAsync(code, Cancel));
    }

    [Fact]
    public async Task A_code_is_taken_as_people_write_it()
    {
        var code = await Codes.IssueAsync(null, Lifetime, Cancel);

        Assert.Equal(new RedeemedCode(null), await Codes.RedeemAsync($"  {code.ToLowerInvariant().Replace('-', ' ')} ", Cancel));
    }

    [Fact]
    public async Task Of_many_who_use_a_code_at_once_one_gets_in()
    {
        await using var host = await IdentityHost.StartAsync(_folder, _storage, null, ("codeAttemptsPerMinute", "1000"));
        var code = await host.Get<IOneTimeCodes>().IssueAsync("juliet", Lifetime, Cancel);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => host.Get<IOneTimeCodes>().RedeemAsync(code, Cancel))));

        Assert.Single(outcomes, outcome => outcome is not null);
    }

    [Fact]
    public async Task A_code_is_over_when_its_time_is()
    {
        var code = await Codes.IssueAsync("juliet", Lifetime, Cancel);
        _host.Clock.Advance(Lifetime);

        Assert.Null(await Codes.RedeemAsync(code, Cancel));
    }

    [Fact]
    public async Task After_too_many_wrong_ones_none_is_taken_until_the_minute_is_over()
    {
        var code = await Codes.IssueAsync("juliet", Lifetime, Cancel);
        for (var i = 0; i < 3; i++) Assert.Null(await Codes.RedeemAsync("ABCD-EFGH-JKM" + i, Cancel));

        Assert.Null(await Codes.RedeemAsync(code, Cancel));
        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(await Codes.RedeemAsync(code, Cancel));
    }

    [Fact]
    public async Task Codes_outlive_a_restart_and_only_their_hashes_are_kept()
    {
        var code = await Codes.IssueAsync("juliet", Lifetime, Cancel);
        var kept = await _storage.Open<OneTimeCodes.StoredCode>("one-time-codes").ListAsync(cancel: Cancel).ToListAsync(Cancel);

        Assert.DoesNotContain(code.Replace("-", "", StringComparison.Ordinal), Assert.Single(kept).ToString(), StringComparison.OrdinalIgnoreCase);
        await using var again = await IdentityHost.StartAsync(_folder, _storage, _host.Clock);
        Assert.NotNull(await again.Get<IOneTimeCodes>().RedeemAsync(code, Cancel));
    }

    [Fact]
    public async Task Codes_that_are_over_do_not_pile_up()
    {
        for (var i = 0; i < 5; i++)
        {
            await Codes.IssueAsync("juliet", Lifetime, Cancel);
            _host.Clock.Advance(Lifetime);
        }

        Assert.Single(await _storage.Open<OneTimeCodes.StoredCode>("one-time-codes").ListAsync(cancel: Cancel).ToListAsync(Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("----")]
    [InlineData("\0")]
    public async Task What_is_no_code_opens_nothing(string code) => Assert.Null(await Codes.RedeemAsync(code, Cancel));

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }
}
