using Edge.Mqtt.Wire;
using Edge.Tests.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Fuzz;

/// <summary>Hostile bytes to a broker that runs: the connection that they come by ends with its reason, and nobody else notices.</summary>
public sealed class SessionFuzzTests : IAsyncLifetime
{
    // A moment's worth; `Edge.Benchmarks fuzz mqtt-broker` runs for as long as one likes.
    private const int Inputs = 5_000;

    private FuzzedBroker _broker = null!;

    public async ValueTask InitializeAsync() => _broker = await FuzzedBroker.StartAsync();

    [Fact]
    public async Task Damaged_sessions_end_with_a_reason_and_harm_nobody()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var fuzzer = new MqttSessionFuzzer(_broker, seed);

        await fuzzer.RunAsync(Inputs);

        await _broker.AskWitnessAsync();
        Assert.Equal(1, _broker.Connections); // the witness
        Assert.Subset(fuzzer.Outcomes.Keys.ToHashSet(), (HashSet<string>)["Closed", "PeerGone", "ProtocolError", "ProtocolError, 81 MalformedPacket", "ProtocolError, 82 ProtocolError"]);
    }

    [Fact]
    public async Task Sessions_as_they_were_recorded_are_served()
    {
        foreach (var session in RecordedSession.All(_broker.Token))
        {
            byte[] said = [.. session.Packets.SelectMany(p => p)];
            SessionJudge.Judge(said, await _broker.PlayAsync(new(said)), _broker.Options);
        }

        await _broker.AskWitnessAsync();
    }

    [Fact]
    public async Task A_session_that_is_cut_off_after_any_byte_ends_as_one_whose_client_is_gone()
    {
        foreach (var session in RecordedSession.All(_broker.Token).Where(s => s.Name is "itself" or "aliases" or "subscribe with everything"))
        {
            byte[] said = [.. session.Packets.SelectMany(p => p)];
            for (var length = 0; length < said.Length; length++)
            {
                var played = await _broker.PlayAsync(new(said.AsMemory(0, length)));
                Assert.Equal("PeerGone", SessionJudge.Judge(said[..length], played, _broker.Options));
            }
        }

        await _broker.AskWitnessAsync();
    }

    [Fact]
    public async Task A_session_is_the_same_wherever_its_bytes_are_split()
    {
        foreach (var session in RecordedSession.All(_broker.Token).Where(s => s.Name is "itself" or "aliases"))
        {
            byte[] said = [.. session.Packets.SelectMany(p => p)];
            var whole = await _broker.PlayAsync(new(said));
            for (var cut = 1; cut < said.Length; cut++)
            {
                var split = await _broker.PlayAsync(said, cut);
                Assert.Equal((whole.Reason, Convert.ToHexString(whole.Answer)), (split.Reason, Convert.ToHexString(split.Answer)));
            }
        }
    }

    [Fact]
    public async Task Before_CONNECT_nothing_but_CONNECT_is_heard()
    {
        foreach (var sample in WireSamples.All.Where(s => s.Bytes[0] >> 4 != (int)PacketType.Connect))
        {
            var played = await _broker.PlayAsync(new(sample.Bytes));
            Assert.True(played is { Reason: EndReason.ProtocolError, Answer.Length: 0 }, $"{sample}: {played.Reason}");
        }
    }

    [Fact]
    public async Task After_DISCONNECT_nothing_is_heard()
    {
        foreach (var sample in WireSamples.All)
        {
            byte[] begun = [.. RecordedSession.Connect("fuzz-gone", _broker.Token).ToBytes(sample.Version), .. new DisconnectPacket().ToBytes(sample.Version)];
            var alone = await _broker.PlayAsync(new(begun));
            var followed = await _broker.PlayAsync(new((byte[])[.. begun, .. sample.Bytes]));
            Assert.Equal((EndReason.Closed, Convert.ToHexString(alone.Answer)), (followed.Reason, Convert.ToHexString(followed.Answer)));
        }
    }

    [Fact]
    public async Task A_length_that_lies_ends_the_connection_or_waits_for_more()
    {
        foreach (var sample in WireSamples.All.Where(s => s is { Sender: PacketSender.Client, Bytes: [_, > 0 and < 127, ..] }))
        {
            foreach (var lie in new[] { -1, 1 })
            {
                var lying = sample.Bytes.ToArray();
                lying[1] = (byte)(lying[1] + lie);
                byte[] said = [.. RecordedSession.Connect("fuzz-liar", _broker.Token).ToBytes(sample.Version), .. lying];
                SessionJudge.Judge(said, await _broker.PlayAsync(new(said)), _broker.Options);
            }
        }

        await _broker.AskWitnessAsync();
    }

    public async ValueTask DisposeAsync() => await _broker.DisposeAsync();
}
