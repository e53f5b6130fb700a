using System.Text;

using Edge.Identity.Accounts;
using Edge.Identity.Sasl;
using Edge.Storage.Memory;
using Edge.TestKit;

using Microsoft.Extensions.Options;

namespace Edge.Tests.Identity.Sasl;

public sealed class ScramExchangeTests
{
    private const string Password = "r0m30 \u2665 =,";

    private static readonly Account Romeo = With("ro,m=eo", Password);
    private static readonly ScramDecoys Decoys = new(iterations: 16);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Mechanisms => [.. ScramMechanism.All.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public async Task Both_sides_come_together_and_prove_themselves(string mechanism)
    {
        var (client, server) = Start(mechanism, "ro,m=eo", Password);
        var challenge = await server.NextAsync(client.First, Cancel);
        var success = await server.NextAsync(client.Answer(challenge.Text!)!, Cancel);

        Assert.Equal(Romeo, success.Account);
        Assert.True(client.IsProven(success.Text!));
    }

    [Theory]
    [InlineData("ro,m=eo", "wrong password")]
    [InlineData("nobody", Password)]
    public async Task A_wrong_password_and_an_unknown_name_look_alike(string name, string password)
    {
        var (client, server) = Start("SCRAM-SHA-256", name, password);
        var challenge = await server.NextAsync(client.First, Cancel);

        Assert.Matches("^r=[^,]+,s=[A-Za-z0-9+/]{22}==,i=16$", challenge.Text!);
        Assert.Equal("not-authorized", (await server.NextAsync(client.Answer(challenge.Text!)!, Cancel)).Failure);
    }

    [Fact]
    public async Task Only_the_owner_of_a_disabled_account_is_told_that_it_is()
    {
        var server = new ScramServer(ScramMechanism.Sha1, new OneAccount(With("tybalt", Password) with { IsDisabled = true }), Decoys);
        var client = new ScramClient(ScramMechanism.Sha1, "tybalt", Password);
        var challenge = await server.NextAsync(client.First, Cancel);
        Assert.Equal("account-disabled", (await server.NextAsync(client.Answer(challenge.Text!)!, Cancel)).Failure);

        var other = new ScramServer(ScramMechanism.Sha1, new OneAccount(With("tybalt", Password) with { IsDisabled = true }), Decoys);
        var guesser = new ScramClient(ScramMechanism.Sha1, "tybalt", "a guess");
        Assert.Equal("not-authorized", (await other.NextAsync(guesser.Answer((await other.NextAsync(guesser.First, Cancel)).Text!)!, Cancel)).Failure);
    }

    [Theory]
    [InlineData("", "malformed-request")]
    [InlineData("n,,", "malformed-request")]
    [InlineData("n,,n=romeo", "malformed-request")]
    [InlineData("n,,n=romeo,r=", "malformed-request")]
    [InlineData("n,,n=,r=abc", "malformed-request")]
    [InlineData("n,,n=ro=meo,r=abc", "malformed-request")]
    [InlineData("n,,n=ro=2Dmeo,r=abc", "malformed-request")]
    [InlineData("n,,n=romeo,r=a\u00e4", "malformed-request")]
    [InlineData("n,,r=abc,n=romeo", "malformed-request")]
    [InlineData("n,,m=ext,n=romeo,r=abc", "malformed-request")] // reserved for extensions that must be understood
    [InlineData("p=tls-unique,,n=romeo,r=abc", "malformed-request")]
    [InlineData("q,,n=romeo,r=abc", "malformed-request")]
    [InlineData("n,a=juliet,n=romeo,r=abc", "invalid-authzid")]
    public async Task First_words_that_are_none_end_the_exchange(string first, string condition)
    {
        var server = new ScramServer(ScramMechanism.Sha1, new OneAccount(Romeo), Decoys);

        Assert.Equal(condition, (await server.NextAsync(first, Cancel)).Failure);
        Assert.Equal("malformed-request", (await server.NextAsync("n,,n=romeo,r=abc", Cancel)).Failure);
    }

    [Fact]
    public async Task Words_beyond_the_limit_end_the_exchange() =>
        Assert.Equal("malformed-request", (await new ScramServer(ScramMechanism.Sha1, new OneAccount(Romeo), Decoys).NextAsync($"n,,n={new string('x', 2000)},r=abc", Cancel)).Failure);

    [Fact]
    public async Task A_client_that_supports_channel_binding_may_say_that_we_do_not()
    {
        var server = new ScramServer(ScramMechanism.Sha1, new OneAccount(Romeo), Decoys);
        var client = new ScramClient(ScramMechanism.Sha1, "ro,m=eo", Password);

        Assert.Null((await server.NextAsync("y" + client.First[1..], Cancel)).Failure);
    }

    [Fact]
    public async Task The_last_words_must_repeat_the_nonce_and_the_header()
    {
        Func<string, string>[] changes =
        [
            final => final.Replace("c=biws", "c=eSws", StringComparison.Ordinal), // "y,," where "n,," was said: a downgrade
            final => final.Replace(",r=", ",r=x", StringComparison.Ordinal),
            final => final.Replace(",p=", ",q=", StringComparison.Ordinal),
            final => final[..^4],
            final => final + ",x=y",
            _ => "",
        ];
        foreach (var change in changes)
        {
            var (client, server) = Start("SCRAM-SHA-256", "ro,m=eo", Password);
            var final = client.Answer((await server.NextAsync(client.First, Cancel)).Text!)!;

            Assert.Equal("malformed-request", (await server.NextAsync(change(final), Cancel)).Failure);
            Assert.Equal("malformed-request", (await server.NextAsync(final, Cancel)).Failure);
        }
    }

    [Fact]
    public async Task An_extension_in_the_last_words_is_covered_by_the_proof()
    {
        var (client, server) = Start("SCRAM-SHA-256", "ro,m=eo", Password);
        var final = client.Answer((await server.NextAsync(client.First, Cancel)).Text!)!;

        Assert.Equal("not-authorized", (await server.NextAsync(final.Replace(",p=", ",x=y,p=", StringComparison.Ordinal), Cancel)).Failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("r=NONCE,s=QSXCR+Q6sek8bf92,i=4096")] // nothing of the server's own
    [InlineData("r=other,s=QSXCR+Q6sek8bf92,i=4096")]
    [InlineData("r=NONCEx,s=,i=4096")]
    [InlineData("r=NONCEx,s=***,i=4096")]
    [InlineData("r=NONCEx,s=QSXCR+Q6sek8bf92,i=0")]
    [InlineData("r=NONCEx,s=QSXCR+Q6sek8bf92,i=-1")]
    [InlineData("r=NONCEx,s=QSXCR+Q6sek8bf92,i=99999999999")]
    [InlineData("m=ext,r=NONCEx,s=QSXCR+Q6sek8bf92,i=4096")]
    [InlineData("e=other-error")]
    public void A_client_hangs_up_on_a_challenge_that_is_none(string challenge) =>
        Assert.Null(new ScramClient(ScramMechanism.Sha1, "user", "pencil", "NONCE").Answer(challenge));

    [Fact]
    public async Task An_impostor_that_does_not_know_the_keys_is_not_believed()
    {
        var (client, server) = Start("SCRAM-SHA-1", "ro,m=eo", Password);
        client.Answer((await server.NextAsync(client.First, Cancel)).Text!);

        foreach (var claim in new[] { "", "v=", "v=AAAA", "e=other-error", "v=" + Convert.ToBase64String(new byte[20]) }) Assert.False(client.IsProven(claim));
        Assert.False(new ScramClient(ScramMechanism.Sha1, "user", "pencil").IsProven("v="));
    }

    [Fact]
    public async Task A_name_that_nobody_has_keeps_its_salt_over_a_restart()
    {
        await using var storage = new MemoryStorage();
        string[] salts = [await SaltAsync(storage, "nobody"), await SaltAsync(storage, "NOBODY"), await SaltAsync(storage, "noone"), await SaltAsync(new MemoryStorage(), "nobody")];

        Assert.Equal(salts[0], salts[1]);
        Assert.Equal(3, salts.Distinct().Count());
    }

    [Fact]
    public async Task Random_words_are_answered_and_never_throw()
    {
        var random = new Random(5802);
        for (var i = 0; i < 5000; i++)
        {
            var (client, server) = Start("SCRAM-SHA-1", "ro,m=eo", Password);
            if (random.Next(2) == 0)
            {
                var challenge = (await server.NextAsync(client.First, Cancel)).Text!;
                var final = random.Next(2) == 0 ? Mutate(random, client.Answer(challenge)!) : Noise(random);
                Assert.NotNull((await server.NextAsync(final, Cancel)).Failure);
                client.Answer(Mutate(random, challenge));
                Assert.False(client.IsProven(Noise(random)));
            }
            else
            {
                Assert.Null((await server.NextAsync(random.Next(2) == 0 ? Mutate(random, client.First) : Noise(random), Cancel)).Account);
            }
        }
    }

    private static (ScramClient Client, ScramServer Server) Start(string mechanism, string name, string password) =>
        (new(ScramMechanism.Find(mechanism)!, name, password), new(ScramMechanism.Find(mechanism)!, new OneAccount(Romeo), Decoys));

    private static Account With(string name, string password) => new(name, Roles.None, default)
    {
        ScramSha1 = ScramKeyMaker.Make(ScramMechanism.Sha1, password, 16),
        ScramSha256 = ScramKeyMaker.Make(ScramMechanism.Sha256, password, 16),
        ScramSha512 = ScramKeyMaker.Make(ScramMechanism.Sha512, password, 16),
    };

    private static async Task<string> SaltAsync(MemoryStorage storage, string name)
    {
        var decoys = new ScramDecoys(storage, Options.Create(new Edge.Identity.IdentityOptions()));
        await decoys.LoadAsync(Cancel);
        return Convert.ToBase64String(decoys.KeysFor(name, ScramMechanism.Sha256).Salt);
    }

    // One character changed, dropped, doubled or put in; never the same text, and never one that differs in base64's unused bits only.
    private static string Mutate(Random random, string text)
    {
        var at = random.Next(text.Length - 4);
        return random.Next(3) switch
        {
            0 => text.Remove(at, 1),
            1 => text.Insert(at, "\u00a7"),
            _ => text[..at] + (char)(text[at] ^ 1) + text[(at + 1)..],
        };
    }

    private static string Noise(Random random)
    {
        char[] letters = [.. "nypcrsiv=,m*A/+ ", '\0', '\ud83d', '\u00e9'];
        var text = new StringBuilder();
        for (var length = random.Next(60); length > 0; length--) text.Append(letters[random.Next(letters.Length)]);
        return text.ToString();
    }
}
