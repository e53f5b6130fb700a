using Edge.TestKit.Mqtt;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Harness;

/// <summary>A client of MQTT 5.0 that says and hears lines (<see cref="PacketLine"/>), right or wrong.</summary>
internal sealed class Talker(RawClient raw, string name, string token)
{
    /// <summary>Why the broker ended the connection.</summary>
    public Task<EndReason?> Ended => raw.Ended;

    /// <summary>Says CONNECT with its name and token, and further words, which may give another <c>client</c>.</summary>
    public Task ConnectAsync(string words = "clean") => SayAsync($"CONNECT {words} client={name} username={name} password={token}");

    /// <summary>Says these packets, in one piece.</summary>
    public Task SayAsync(params string[] lines) => raw.SendAsync([.. lines.SelectMany(PacketLine.ToBytes)]);

    /// <summary>The next packets have to be these; <c>...</c> at the end of one stands for whatever comes there.</summary>
    public async Task HearAsync(params string[] lines)
    {
        foreach (var line in lines)
        {
            var heard = await HearOneAsync();
            Assert.True(HeardLine.Fits(line, heard), $"{name} expected: {line}\nbut heard: {heard}");
        }
    }

    /// <summary>The next packet.</summary>
    public async Task<string> HearOneAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await HeardLine.ReadAsync(raw.Pipe.Input, patience.Token);
    }

    /// <summary>Nothing was said to it up to now.</summary>
    public async Task HearNothingAsync()
    {
        await SayAsync("PINGREQ");
        await HearAsync("PINGRESP");
    }

    /// <summary>Says goodbye, and waits until the broker has closed.</summary>
    public async Task LeaveAsync(string line = "DISCONNECT")
    {
        await SayAsync(line);
        await HearAsync("closed");
        await raw.Ended;
    }

    /// <summary>Breaks the connection off, and waits until the broker has seen it.</summary>
    public async Task VanishAsync()
    {
        await raw.VanishAsync();
        await raw.Ended;
    }
}
