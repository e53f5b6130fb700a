using System.Diagnostics;
using System.Net.Sockets;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.TestKit;

namespace Edge.Conformance.Mqtt.Crowds;

/// <summary>Everybody at once: a site that comes back after a power cut, and strangers who take places.</summary>
public sealed class StormTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_thousand_clients_that_come_back_at_once_after_a_restart_are_all_in_with_their_sessions()
    {
        const int Clients = 2000;
        string[] settings = [$"maxConnectionsPerSubject={Clients + 1}", $"maxPersistentSessionsPerSubject={Clients}"];
        await using (var before = await SocketBroker.StartAsync(_folder.Path, settings)) Leave(await EnterAllAsync(before, Clients, isPresent: false));

        await using var broker = await SocketBroker.StartAsync(_folder.Path, settings);
        await using var witness = await broker.ConnectAsync("witness", Cancel);
        await witness.SubscribeAsync("witness", MqttQoS.AtLeastOnce, Cancel);
        var watch = Stopwatch.StartNew();
        var storm = EnterAllAsync(broker, Clients, isPresent: true);
        var served = 0;
        while (!storm.IsCompleted)
        {
            await AskAsync(witness);
            served++;
        }

        var sockets = await storm;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{Clients} in {watch.Elapsed.TotalSeconds:F2} s, the witness served {served} times meanwhile, heap {GC.GetTotalMemory(false) >> 20} MiB");
        Assert.Equal(Clients + 1, broker.Host.Sessions.Connected().Count);
        Assert.True(served > 0);
        Leave(sockets);
    }

    [Fact]
    public async Task Strangers_who_say_nothing_take_no_more_places_than_there_are_and_give_them_back_in_time()
    {
        const int Places = 200, Strangers = 300;
        await using var broker = await SocketBroker.StartAsync(
            _folder.Path, $"connections:total={Places}", $"connections:perAddress={Places}", "connectSeconds=2");
        await using var witness = await broker.ConnectAsync("witness", Cancel);
        await witness.SubscribeAsync("witness", MqttQoS.AtLeastOnce, Cancel);

        var sockets = new List<Socket>();
        for (var i = 0; i < Strangers; i++)
        {
            var socket = await broker.OpenAsync(Cancel);
            if (i % 2 == 0) await TryBeginAsync(socket, broker.ConnectBytes("stranger")[..10]); // half a CONNECT is none
            sockets.Add(socket);
        }

        await AskAsync(witness);
        var ended = sockets.Select(EndsAsync).ToList();
        await Task.WhenAll(ended).WaitAsync(Patience, Cancel);
        await AskAsync(witness);

        // The broker hears of the end a little later than the stranger.
        await Eventually.HoldsAsync(() => broker.Host.Get<MqttBroker>().ConnectionCount == 1);
        await using var late = await broker.ConnectAsync("late", Cancel);
        Leave(sockets);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<List<Socket>> EnterAllAsync(SocketBroker broker, int count, bool isPresent)
    {
        var entered = await Task.WhenAll(Enumerable.Range(0, count).Select(i => broker.EnterAsync($"client-{i}", isPersistent: true, Cancel))).WaitAsync(Patience, Cancel);
        Assert.All(entered, e => Assert.Equal(isPresent, e.IsPresent));
        return [.. entered.Select(e => e.Socket)];
    }

    private static void Leave(List<Socket> sockets) => sockets.ForEach(s => s.Dispose());

    private static async Task AskAsync(MqttClient witness)
    {
        await witness.PublishAsync(new("witness", "?"u8.ToArray(), MqttQoS.AtLeastOnce), Cancel).WaitAsync(Patience, Cancel);
        await witness.Messages.ReadAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);
    }

    // Beyond the limit the broker may have closed it already.
    private static async Task TryBeginAsync(Socket socket, byte[] bytes)
    {
        try
        {
            await socket.SendAsync(bytes, Cancel);
        }
        catch (SocketException)
        {
            // It has.
        }
    }

    private static async Task EndsAsync(Socket socket)
    {
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1], Cancel));
        }
        catch (SocketException)
        {
            // Reset: an end, too.
        }
    }
}
