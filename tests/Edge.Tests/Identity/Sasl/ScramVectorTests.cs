using Edge.Identity.Accounts;
using Edge.Identity.Sasl;

namespace Edge.Tests.Identity.Sasl;

/// <summary>The examples of RFC 5802 §5 and RFC 7677 §3, word for word, on both sides: user "user", password "pencil".</summary>
public sealed class ScramVectorTests
{
    private sealed record Example(
        ScramMechanism Mechanism, string ClientNonce, string ServerNonce, string Salt, string ClientFirst, string ServerFirst, string ClientFinal, string ServerFinal);

    private static readonly Example[] Examples =
    [
        new(ScramMechanism.Sha1, "fyko+d2lbbFgONRv9qkxdawL", "3rfcNHYJY1ZVvWVs7j", "QSXCR+Q6sek8bf92",
            "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
            "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="),
        new(ScramMechanism.Sha256, "rOprNGfwEbeRWgbNEkqO", "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", "W22ZaJ0SNY7soEsUEjb6gQ==",
            "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="),
    ];

    public static TheoryData<string> Mechanisms => [.. Examples.Select(e => e.Mechanism.Name)];

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public async Task The_server_speaks_as_in_the_example(string mechanism)
    {
        var example = Find(mechanism);
        var keys = ScramKeyMaker.Derive(example.Mechanism, "pencil", Convert.FromBase64String(example.Salt), 4096);
        var accounts = new OneAccount(new("user", Roles.None, default) { ScramSha1 = keys, ScramSha256 = keys });
        var server = new ScramServer(example.Mechanism, accounts, new(4096), example.ServerNonce);

        Assert.Equal(SaslReply.Challenge(example.ServerFirst), await server.NextAsync(example.ClientFirst, TestContext.Current.CancellationToken));
        Assert.Equal(SaslReply.Success(example.ServerFinal, accounts.Account), await server.NextAsync(example.ClientFinal, TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public void The_client_speaks_as_in_the_example(string mechanism)
    {
        var example = Find(mechanism);
        var client = new ScramClient(example.Mechanism, "user", "pencil", example.ClientNonce);

        Assert.Equal(example.ClientFirst, client.First);
        Assert.Equal(example.ClientFinal, client.Answer(example.ServerFirst));
        Assert.True(client.IsProven(example.ServerFinal));
        Assert.False(client.IsProven(example.ServerFinal.Replace("v=", "v=A", StringComparison.Ordinal)));
    }

    private static Example Find(string mechanism) => Examples.Single(e => e.Mechanism.Name == mechanism);
}
