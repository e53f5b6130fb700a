using System.Text;

namespace Edge.Tests.Xmpp.Fuzz;

/// <summary>Hostile bytes to the codec and to a server that runs: refused with a stream error, and nobody else notices.</summary>
public sealed class XmppFuzzTests
{
    // A moment's worth; `Edge.Benchmarks fuzz xmpp-wire` and `fuzz xmpp-server` run for as long as one likes.
    private const int WireInputs = 10_000;
    private const int ServerInputs = 1_000;

    [Fact]
    public async Task Damaged_bytes_are_read_or_refused_the_same_way_in_pieces_and_at_a_bounded_price()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var fuzzer = new XmppWireFuzzer(seed);

        await fuzzer.RunAsync(WireInputs);

        Assert.True(fuzzer.Outcomes.Count > 5, string.Join(", ", fuzzer.Outcomes.Keys));
    }

    [Fact]
    public async Task Damaged_sessions_end_with_a_reason_and_harm_nobody()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        await using var server = await FuzzedServer.StartAsync();
        var fuzzer = new XmppSessionFuzzer(server, seed);

        await fuzzer.RunAsync(ServerInputs);

        await server.AskWitnessAsync();
        Assert.Equal(1, server.Connections); // the witness
    }

    [Fact]
    public async Task Sessions_as_they_were_recorded_are_served()
    {
        await using var server = await FuzzedServer.StartAsync();
        foreach (var session in XmppSamples.Sessions.Where(s => s[^1] == "</stream:stream>"))
            Assert.Equal("Closed", XmppJudge.Judge(await server.PlayAsync(new(XmppSamples.Bytes(session)))));
    }

    [Fact]
    public async Task A_session_that_is_cut_off_after_any_byte_ends_as_one_whose_client_is_gone()
    {
        await using var server = await FuzzedServer.StartAsync();
        foreach (var session in XmppSamples.Sessions.Take(3))
        {
            var said = XmppSamples.Bytes(session);
            for (var length = 0; length < said.Length; length++)
                Assert.Equal("PeerGone", XmppJudge.Judge(await server.PlayAsync(new(said.AsMemory(0, length)))));
        }

        await server.AskWitnessAsync();
    }

    [Fact]
    public async Task A_session_is_the_same_wherever_its_bytes_are_split()
    {
        await using var server = await FuzzedServer.StartAsync(offlineMessages: 100_000);
        string[][] sessions =
        [
            [XmppSamples.Header, XmppSamples.Login, XmppSamples.Header, XmppSamples.Bind, XmppSamples.Roster[0], .. XmppSamples.ReadOut, "</stream:stream>"],
            ["<?xml version='1.0'?>\n" + XmppSamples.Header, XmppSamples.Login, XmppSamples.Header, XmppSamples.Bind, XmppSamples.Talk[0], XmppSamples.Talk[2], "</stream:stream>"],
        ];
        foreach (var session in sessions)
        {
            var said = XmppSamples.Bytes(session);
            var whole = Shape((await server.PlayAsync(new(said))).Answer);
            for (var cut = 1; cut < said.Length; cut++) Assert.Equal(whole, Shape((await server.PlayAsync(said, cut)).Answer));
        }
    }

    // Identifiers and resources are new each time; answers of different services may overtake each other.
    private static string Shape(byte[] answer)
    {
        var text = System.Text.RegularExpressions.Regex.Replace(Encoding.UTF8.GetString(answer), "[0-9a-f]{16,}", "#");
        return string.Join('\n', text.Replace("<iq", "\n<iq", StringComparison.Ordinal).Replace("<message", "\n<message", StringComparison.Ordinal).Split('\n').Order(StringComparer.Ordinal));
    }
}
