using Edge.Xmpp.Rosters;

namespace Edge.Tests.Xmpp.Rosters;

/// <summary>Every cell of the tables of RFC 6121 appendix A. A state is written as it is there: N none, T to, F from, B both; then o where
/// the account has asked (pending out), i where the contact has (pending in), and a where the account has said yes in advance (§3.4).</summary>
public sealed class SubscriptionStateTests
{
    internal static readonly string[] States = ["N", "No", "Ni", "Noi", "T", "Ti", "F", "Fo", "B", "Na", "Noa", "Ta", "Fa"];

    // For each type, in the order of the states: what it becomes, and + where the stanza goes on.
    [Theory]
    [InlineData("subscribe", "No+ No+ Noi+ Noi+ T+ Ti+ Fo+ Fo+ B+ Noa+ Noa+ Ta+ Foa+")]
    [InlineData("unsubscribe", "N+ N+ Ni+ Ni+ N+ Ni+ F+ F+ F+ Na+ Na+ Na+ Fa+")]
    [InlineData("subscribed", "Na Noa F+ Fo+ Ta B+ F Fo B Na Noa Ta Fa")]
    [InlineData("unsubscribed", "N No N+ No+ T T+ N+ No+ T+ N No T N+")]
    public void What_the_account_does(string type, string expected) =>
        Assert.Equal(expected, Table(state => state.Outbound(type)));

    [Theory]
    [InlineData("subscribe", "Ni+ Noi+ Ni Noi Ti+ Ti F Fo B Fa Foa Ba Fa")]
    [InlineData("unsubscribe", "N No N+ No+ T T+ N+ No+ T+ Na Noa Ta Na+")]
    [InlineData("subscribed", "N T+ Ni Ti+ T Ti F B+ B Na Ta+ Ta Fa")]
    [InlineData("unsubscribed", "N N+ Ni Ni+ N+ Ni+ F F+ F+ Na Na+ Na+ Fa")]
    public void What_the_contact_does(string type, string expected) =>
        Assert.Equal(expected, Table(state => state.Inbound(type)));

    private static string Table(Func<SubscriptionState, (SubscriptionState, bool)> step) => string.Join(' ', States.Select(s =>
    {
        var (next, passes) = step(Read(s));
        return Write(next) + (passes ? "+" : "");
    }));

    internal static SubscriptionState Read(string text) =>
        new(text[0] is 'T' or 'B', text[0] is 'F' or 'B', text.Contains('o', StringComparison.Ordinal), text.Contains('i', StringComparison.Ordinal), text.Contains('a', StringComparison.Ordinal));

    internal static string Write(SubscriptionState state) =>
        (state.SeesContact, state.SeenByContact) switch { (true, true) => "B", (true, false) => "T", (false, true) => "F", _ => "N" }
        + (state.IsAsking ? "o" : "") + (state.IsAsked ? "i" : "") + (state.IsApproved ? "a" : "");
}
