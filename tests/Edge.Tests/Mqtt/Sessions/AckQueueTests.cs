using Edge.Mqtt;
using Edge.Mqtt.Sessions;
using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Sessions;

public sealed class AckQueueTests
{
    private readonly List<string> _sent = [];
    private readonly AckQueue _acks;

    public AckQueueTests() => _acks = new(packet => _sent.Add($"{packet.Type} {packet.PacketId} {packet.Reason}"), most: 4);

    [Fact]
    public void Nothing_is_acknowledged_before_it_is_stored_nor_what_came_after_it()
    {
        var slot = _acks.Reserve(PacketType.PubAck, 1);
        _acks.Post(PacketType.PubAck, 2);
        Assert.Empty(_sent);

        slot.Complete(MqttReason.Success);

        Assert.Equal(["PubAck 1 Success", "PubAck 2 Success"], _sent);
    }

    [Fact]
    public void What_is_stored_early_waits_for_its_turn()
    {
        var (first, second) = (_acks.Reserve(PacketType.PubRec, 1), _acks.Reserve(PacketType.PubAck, 2));

        second.Complete(MqttReason.Success);
        Assert.Empty(_sent);
        first.Complete(MqttReason.QuotaExceeded);

        Assert.Equal(["PubRec 1 QuotaExceeded", "PubAck 2 Success"], _sent);
    }

    [Fact]
    public async Task Who_is_ahead_of_the_disk_waits_for_it()
    {
        var (first, second) = (_acks.Reserve(PacketType.PubAck, 1), _acks.Reserve(PacketType.PubAck, 2));
        var waiting = _acks.WaitBelowAsync(2, TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);

        first.Complete(MqttReason.Success);

        await waiting;
        Assert.Equal(1, _acks.Unacknowledged);
        second.Complete(MqttReason.Success);
    }

    [Fact]
    public async Task Repetitions_and_answers_that_stand_for_nothing_do_not_pile_up_behind_the_disk()
    {
        var first = _acks.Reserve(PacketType.PubRec, 1);
        for (ushort id = 2; id <= 4; id++)
        {
            Assert.False(_acks.IsFull);
            _acks.Post(PacketType.PubRel, id, MqttReason.PacketIdentifierNotFound);
        }

        Assert.True(_acks.IsFull);
        var waiting = _acks.WaitForRoomAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);

        first.Complete(MqttReason.Success);

        await waiting;
        Assert.Equal(4, _sent.Count);
        Assert.False(_acks.IsFull);
    }
}
