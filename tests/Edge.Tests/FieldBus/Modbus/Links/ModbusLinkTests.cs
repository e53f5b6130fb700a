using Edge.FieldBus.Modbus.Links;
using Edge.FieldBus.Modbus.Wire;
using Edge.TestKit;

using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.FieldBus.Modbus.Links;

public sealed class ModbusLinkTests : IAsyncDisposable
{
    private static readonly byte[] Read = ModbusPdu.Read(ModbusTable.Holding, 5, 1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();
    private readonly FakeDevice _device = FakeDevice.OfAddresses();
    private readonly List<ModbusLink> _links = [];

    [Fact]
    public async Task Many_units_share_one_connection_with_one_request_at_a_time()
    {
        var link = Link();
        int running = 0, most = 0;
        _device.Answer = (_, request) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            Interlocked.Decrement(ref running);
            return FakeDevice.Simulate(request);
        };

        var replies = await Task.WhenAll(Enumerable.Range(1, 50).Select(unit => SendAsync(link, (byte)unit)));

        Assert.All(replies, r => Assert.Equal([0, 5], r.Data.ToArray()));
        Assert.Equal((1, 1), (_device.Connections, most));
        Assert.Equal(50, _device.Requests.Select(r => r.Transaction).Distinct().Count());
    }

    [Fact]
    public async Task A_silent_unit_costs_its_time_and_the_connection_stays()
    {
        var link = Link();
        _device.Answer = (unit, request) => unit == 9 ? null : FakeDevice.Simulate(request);

        var dead = SendAsync(link, 9);
        var alive = SendAsync(link, 1);
        await Eventually.HoldsAsync(() => _device.Requests.Count == 1 && _clock.ArmedTimers > 0);
        _clock.Advance(Second);

        Assert.Equal((ReplyKind.Silent, "No answer within 1 s."), ((await dead).Kind, (await dead).Text));
        Assert.True((await alive).IsOk);
        Assert.Equal(1, _device.Connections);
    }

    [Fact]
    public async Task A_late_answer_is_not_taken_for_the_next_one()
    {
        var link = Link();
        _device.Answer = (_, _) => null;
        var late = SendAsync(link);
        await Eventually.HoldsAsync(() => _device.Requests.Count == 1 && _clock.ArmedTimers > 0);
        _clock.Advance(Second);
        await late;
        _device.Answer = (_, request) => FakeDevice.Simulate(request);
        var first = _device.Requests.First();

        await _device.SendAsync(ModbusTcpFrame.Write(first.Transaction, 1, [3, 2, 0xBA, 0xD0]));

        Assert.Equal([0, 5], (await SendAsync(link)).Data.ToArray());
    }

    [Fact]
    public async Task An_answer_of_another_unit_or_to_another_question_is_an_error()
    {
        var link = Link();
        _device.Answer = (_, _) => [4, 2, 0, 5];

        var reply = await SendAsync(link);

        Assert.Equal((ReplyKind.Refused, "The device answered something else than was asked."), (reply.Kind, reply.Text));
    }

    [Theory]
    [InlineData(2, "Refused")]
    [InlineData(6, "Refused")]
    [InlineData(10, "Silent")]
    [InlineData(11, "Silent")]
    public async Task A_refusal_says_why_and_a_gateways_no_answer_is_silence(int code, string kind)
    {
        var link = Link();
        _device.Answer = (_, request) => FakeDevice.Refuse(request, code);

        var reply = await SendAsync(link);

        Assert.Equal(Enum.Parse<ReplyKind>(kind), reply.Kind);
        Assert.Equal((ModbusException)code, reply.Exception);
    }

    [Fact]
    public async Task A_device_that_hung_up_while_idle_is_called_again_and_the_read_repeated()
    {
        var link = Link();
        await SendAsync(link);
        _device.HangUp();

        Assert.True((await SendAsync(link)).IsOk);
        Assert.Equal(2, _device.Connections);
    }

    [Fact]
    public async Task A_write_on_a_lost_connection_is_not_repeated_since_it_may_have_arrived()
    {
        var link = Link();
        await SendAsync(link);
        _device.Answer = (_, _) =>
        {
            _device.HangUp();
            return null;
        };

        var reply = await link.SendAsync(1, ModbusPdu.WriteRegister(5, 1), Second, CancellationToken.None);

        Assert.Equal(ReplyKind.Unreachable, reply.Kind);
        Assert.Single(_device.Requests, r => r.Pdu[0] == 6);
    }

    [Fact]
    public async Task Calls_to_a_device_that_is_gone_are_made_more_and_more_rarely_and_meanwhile_nobody_waits()
    {
        var link = Link();
        _device.IsGone = true;
        for (var second = 0; second < 300; second++)
        {
            var reply = await SendAsync(link);
            Assert.Equal(ReplyKind.Unreachable, reply.Kind);
            Assert.Contains("device:502 cannot be reached (Nobody there.); tried again at 12:0", reply.Text, StringComparison.Ordinal);
            _clock.Advance(Second);
        }

        // 1, 2, 4, 8, 16, 32, then 60 s each and up to a fifth more: nine or ten calls in five minutes, and not three hundred.
        Assert.InRange(_device.Calls, 8, 11);
        _device.IsGone = false;
        _clock.Advance(TimeSpan.FromSeconds(73));
        Assert.True((await SendAsync(link)).IsOk);
        Assert.Equal(1, _device.Connections);
    }

    [Fact]
    public async Task A_peer_that_speaks_something_else_is_hung_up_on_and_not_called_at_once_again()
    {
        var link = Link();
        _device.Answer = (_, _) => null;
        var reply = SendAsync(link);
        await Eventually.HoldsAsync(() => _device.Requests.Count == 1);

        await _device.SendAsync("HTTP/1.1 400 Bad Request\r\n"u8.ToArray());

        Assert.Equal(ReplyKind.Unreachable, (await reply).Kind);
        Assert.Contains("no answer on the last connection", (await SendAsync(link)).Text, StringComparison.Ordinal);
        Assert.Equal(1, _device.Connections);
    }

    [Fact]
    public async Task A_connection_on_which_nothing_is_answered_any_more_is_made_anew()
    {
        var link = Link();
        await SendAsync(link);
        _device.Answer = (_, _) => null;
        for (var i = 0; i < 3; i++)
        {
            var sent = _device.Requests.Count;
            var silent = SendAsync(link);
            await Eventually.HoldsAsync(() => _device.Requests.Count > sent && _clock.ArmedTimers > 0);
            _clock.Advance(Second);
            Assert.Equal(ReplyKind.Silent, (await silent).Kind);
        }

        _device.Answer = (_, request) => FakeDevice.Simulate(request);
        Assert.True((await SendAsync(link)).IsOk);
        Assert.Equal(2, _device.Connections);
    }

    [Fact]
    public async Task Who_comes_when_too_many_wait_is_told_so()
    {
        var link = Link(new() { MaxWaiting = 2 });
        _device.Answer = (_, _) => null;
        var waiting = Enumerable.Range(0, 3).Select(_ => SendAsync(link)).ToArray();
        await Eventually.HoldsAsync(() => _device.Requests.Count == 1 && _clock.ArmedTimers > 0);

        var reply = await SendAsync(link);

        Assert.Equal(ReplyKind.Busy, reply.Kind);
        Assert.Contains("fieldbus:modbus:maxWaitingRequests", reply.Text, StringComparison.Ordinal);
        _device.Answer = (_, request) => FakeDevice.Simulate(request);
        _clock.Advance(Second);
        Assert.Equal([ReplyKind.Silent, ReplyKind.Ok, ReplyKind.Ok], (await Task.WhenAll(waiting)).Select(r => r.Kind));
    }

    [Fact]
    public async Task A_caller_who_gives_up_gives_his_place_free()
    {
        var link = Link();
        _device.Answer = (_, _) => null;
        using var gone = new CancellationTokenSource();
        var abandoned = link.SendAsync(1, Read, Second, gone.Token);
        await Eventually.HoldsAsync(() => _device.Requests.Count == 1);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);

        _device.Answer = (_, request) => FakeDevice.Simulate(request);
        Assert.True((await SendAsync(link)).IsOk);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links) await link.DisposeAsync();
    }

    private static Task<ModbusReply> SendAsync(ModbusLink link, byte unit = 1) => link.SendAsync(unit, Read, Second, CancellationToken.None);

    private ModbusLink Link(LinkOptions? options = null)
    {
        var link = new ModbusLink(new("device", 502), options ?? new(), _clock, NullLogger.Instance, _device.ConnectAsync);
        _links.Add(link);
        return link;
    }
}
