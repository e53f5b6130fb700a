using Edge.Tests.Mqtt.Harness;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Xmpp.Sasl;

public sealed class SaslLogTests
{
    [Fact]
    public async Task Operators_are_told_who_fails_to_sign_in_from_where_and_not_with_what()
    {
        using var log = new LogCapture();
        await using var host = new XmppHost(more: s => s.AddLogging(l => l.AddProvider(log)));
        var (raw, _) = await host.OpenAsync(remote: SaslStream.Here);
        Assert.Contains("<not-authorized/>", await raw.SignInByScramAsync("romeo", "a guess"), StringComparison.Ordinal);

        var line = Assert.Single(log.Lines, l => l.Contains("A log-in from", StringComparison.Ordinal));
        Assert.StartsWith($"Warning A log-in from {SaslStream.Here} failed (not-authorized).", line, StringComparison.Ordinal);
        Assert.DoesNotContain("a guess", line, StringComparison.Ordinal);
    }
}
