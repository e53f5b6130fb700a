using System.Net;
using System.Net.WebSockets;

using Edge.Mqtt.WebSockets;
using Edge.TestKit;

namespace Edge.Tests.Mqtt.WebSockets;

/// <summary>MQTT in WebSocket: MQTT 5.0 and 3.1.1, chapter 6.</summary>
public sealed class MqttWebSocketTests
{
    private const string Connect = "10 0D 0004 4D515454 04 02 0000 0001 61";
    private const string ConnAck = "20 02 00 00";
    private const string Ping = "C0 00";
    private const string Pong = "D0 00";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData("mqtt"), InlineData("mqttv3.1")]
    public async Task The_sub_protocol_asked_for_is_the_one_answered(string subProtocol)
    {
        await using var bench = await WebSocketBench.StartAsync();
        using var socket = await bench.ConnectAsync(subProtocol);

        Assert.Equal(subProtocol, socket.SubProtocol);
        await SendAsync(socket, Connect);
        await ExpectAsync(socket, ConnAck);
    }

    [Fact]
    public async Task Packets_and_messages_need_not_align()
    {
        await using var bench = await WebSocketBench.StartAsync();
        using var socket = await bench.ConnectAsync();

        foreach (var b in Bytes(Connect)) await socket.SendAsync(new[] { b }, WebSocketMessageType.Binary, true, Cancel);
        await ExpectAsync(socket, ConnAck);
        await SendAsync(socket, Ping + Ping + "C0"); // two and a half
        await SendAsync(socket, "00" + Ping);

        await ExpectAsync(socket, Pong + Pong + Pong + Pong);
    }

    [Fact]
    public async Task A_message_in_fragments_and_an_empty_one_are_bytes_like_others()
    {
        await using var bench = await WebSocketBench.StartAsync();
        using var socket = await bench.ConnectAsync();

        await socket.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Binary, true, Cancel);
        foreach (var b in Bytes(Connect)) await socket.SendAsync(new[] { b }, WebSocketMessageType.Binary, endOfMessage: false, Cancel);

        await ExpectAsync(socket, ConnAck);
    }

    [Fact]
    public async Task A_large_packet_comes_and_goes_whole()
    {
        await using var bench = await WebSocketBench.StartAsync();
        using var socket = await bench.ConnectAsync();
        await SendAsync(socket, Connect);
        await ExpectAsync(socket, ConnAck);
        await SendAsync(socket, "82 06 0001 0001 74 00");
        await ExpectAsync(socket, "90 03 0001 00");
        var publish = Bytes("30 83C00C 0001 74").Concat(new byte[204_800]).ToArray();

        await socket.SendAsync(publish, WebSocketMessageType.Binary, true, Cancel);

        Assert.Equal(publish, await ReceiveAsync(socket, publish.Length));
    }

    [Fact]
    public async Task A_text_message_ends_the_connection_with_1003()
    {
        await using var bench = await WebSocketBench.StartAsync();
        using var socket = await bench.ConnectAsync();
        await SendAsync(socket, Connect);
        await ExpectAsync(socket, ConnAck);

        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);

        var end = await socket.ReceiveAsync(new byte[10], Cancel);
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.InvalidMessageType), (end.MessageType, end.CloseStatus));
    }

    [Fact]
    public async Task After_DISCONNECT_the_web_socket_is_closed_in_order()
    {
        await using var bench = await WebSocketBench.StartAsync();
        using var socket = await bench.ConnectAsync();
        await SendAsync(socket, Connect);
        await ExpectAsync(socket, ConnAck);

        await SendAsync(socket, "E0 00");

        var end = await socket.ReceiveAsync(new byte[10], Cancel);
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.NormalClosure), (end.MessageType, end.CloseStatus));
    }

    [Fact]
    public async Task Broken_packets_end_the_connection_as_a_protocol_error()
    {
        await using var bench = await WebSocketBench.StartAsync();
        using var socket = await bench.ConnectAsync();

        await SendAsync(socket, Ping); // before CONNECT

        var end = await socket.ReceiveAsync(new byte[10], Cancel);
        Assert.Equal(WebSocketCloseStatus.ProtocolError, end.CloseStatus);
    }

    [Theory, InlineData(null), InlineData("chat")]
    public async Task Without_the_sub_protocol_there_is_no_connection(string? subProtocol)
    {
        await using var bench = await WebSocketBench.StartAsync();

        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => bench.ConnectAsync(subProtocol))).Status);
    }

    [Fact]
    public async Task A_browser_that_looks_there_is_told_what_it_is()
    {
        await using var bench = await WebSocketBench.StartAsync();
        using var http = new HttpClient();

        var answer = await http.GetAsync(new UriBuilder(bench.Address) { Scheme = "http" }.Uri, Cancel);

        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        Assert.Contains("MQTT client", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Switched_off_it_is_not_there()
    {
        await using var bench = await WebSocketBench.StartAsync("webSocket:enabled=false");

        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => bench.ConnectAsync())).Status);
    }

    [Fact]
    public async Task A_page_of_another_host_may_not_connect_and_the_log_has_the_remedy()
    {
        await using var bench = await WebSocketBench.StartAsync();

        Assert.Equal(403, (await Assert.ThrowsAsync<RefusedException>(() => bench.ConnectAsync(origin: "https://evil.example"))).Status);
        Assert.Contains(bench.Log.Lines, l => l.Contains("add it to mqtt:webSocket:allowedOrigins", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_of_the_same_host_may_connect()
    {
        await using var bench = await WebSocketBench.StartAsync();

        using var socket = await bench.ConnectAsync(origin: $"http://{bench.Address.Authority}");

        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Theory, InlineData("https://panel.example"), InlineData("*")]
    public async Task A_page_of_an_allowed_origin_may_connect(string allowed)
    {
        await using var bench = await WebSocketBench.StartAsync($"webSocket:allowedOrigins:0={allowed}");

        using var socket = await bench.ConnectAsync(origin: "https://panel.example");

        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Fact]
    public async Task Compression_is_not_agreed_to()
    {
        await using var bench = await WebSocketBench.StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        socket.Options.DangerousDeflateOptions = new();
        socket.Options.CollectHttpResponseDetails = true;

        await socket.ConnectAsync(bench.Address, Cancel);

        Assert.DoesNotContain("Sec-WebSocket-Extensions", socket.HttpResponseHeaders!.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_client_that_vanishes_ends_its_session()
    {
        await using var bench = await WebSocketBench.StartAsync();
        var socket = await bench.ConnectAsync();
        await SendAsync(socket, Connect);
        await ExpectAsync(socket, ConnAck);

        socket.Abort();

        await Eventually.HoldsAsync(() => bench.Log.Lines.Any(l => l.Contains("ended: PeerGone", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_came_before_the_peer_broke_off_counts()
    {
        await using var broken = new MemoryStream(Bytes("82 82 00000000 E000")); // a masked frame with DISCONNECT, and no closing one
        var receiver = new WebSocketReceiver(WebSocket.CreateFromStream(broken, isServer: true, "mqtt", TimeSpan.Zero));

        await receiver.RunAsync(Cancel);

        Assert.True(receiver.Input.TryRead(out var result));
        Assert.Equal("E000", Convert.ToHexString(System.Buffers.BuffersExtensions.ToArray(result.Buffer)));
        receiver.Input.AdvanceTo(result.Buffer.End);
        Assert.True(receiver.Input.TryRead(out result) && result.IsCompleted);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static Task SendAsync(ClientWebSocket socket, string hex) => socket.SendAsync(Bytes(hex), WebSocketMessageType.Binary, true, Cancel);

    private static async Task ExpectAsync(ClientWebSocket socket, string hex) =>
        Assert.Equal(Convert.ToHexString(Bytes(hex)), Convert.ToHexString(await ReceiveAsync(socket, Bytes(hex).Length)));

    private static async Task<byte[]> ReceiveAsync(ClientWebSocket socket, int count)
    {
        var bytes = new byte[count];
        for (var got = 0; got < count;)
        {
            var received = await socket.ReceiveAsync(bytes.AsMemory(got), Cancel);
            Assert.Equal(WebSocketMessageType.Binary, received.MessageType);
            got += received.Count;
        }

        return bytes;
    }
}
