using System.Buffers;

using Edge.Mqtt;
using Edge.Mqtt.Wire;
using Edge.Tests.Fuzz;
using Edge.Tests.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Fuzz;

/// <summary>What a broker owes to whatever bytes: well-formed answers in their order, one end with its reason, and no bug.</summary>
internal static class SessionJudge
{
    private const int LevelAt = 6; // behind the protocol's name

    /// <summary>Returns the outcome in a few words.</summary>
    /// <exception cref="InvalidOperationException">The broker did not do what it owes; the text says what.</exception>
    public static string Judge(byte[] said, Played played, MqttOptions options)
    {
        if (played.Reason == EndReason.InternalError) throw new InvalidOperationException("A bug ended the connection.");

        var isViolation = Violates(said, options, out var version);
        if (isViolation && played.Reason is EndReason.PeerGone or EndReason.Closed)
            throw new InvalidOperationException($"The client broke the protocol, and the connection ended with {played.Reason}.");

        var (isIn, last) = ReadAnswers(played.Answer, version);
        if (isIn && version == ProtocolVersion.V5 && played.Reason is EndReason.ProtocolError or EndReason.LimitExceeded && last < MqttReason.UnspecifiedError)
            throw new InvalidOperationException($"It ended with {played.Reason}, and the client was not told.");
        return last < MqttReason.UnspecifiedError ? $"{played.Reason}" : $"{played.Reason}, {(byte)last:X2} {last}";
    }

    // By the codec alone. What a session refuses beyond that is its own affair.
    private static bool Violates(byte[] said, MqttOptions options, out ProtocolVersion version)
    {
        version = ProtocolVersion.V311;
        var rest = new ReadOnlySequence<byte>(said);
        try
        {
            if (!PacketFrame.TryRead(ref rest, options.MaxConnectBytes, out var first)) return false;
            if (first.Type != PacketType.Connect) return true;

            if (first.Body.Length > LevelAt && first.Body.Span[LevelAt] == (byte)ProtocolVersion.V5) version = ProtocolVersion.V5; // the broker answers in it, whatever is wrong
            var connect = ConnectPacket.Read(first);
            if (!connect.IsKnownLevel) return false;

            version = connect.Version;
            if (connect.AuthenticationMethod is not null) return false; // AUTH may be next, and is the features' affair
            while (PacketFrame.TryRead(ref rest, options.MaxPacketBytes, out var frame))
            {
                if (frame.Type is PacketType.Connect or PacketType.ConnAck or PacketType.SubAck or PacketType.UnsubAck or PacketType.PingResp) return true;
                Canonical.Of(frame, version, PacketSender.Client);
                if (frame.Type == PacketType.Disconnect) return false;
            }

            return false;
        }
        catch (MqttProtocolException)
        {
            return true;
        }
    }

    // Whether the client was let in, and the last reason that it was told to go for.
    private static (bool IsIn, MqttReason Last) ReadAnswers(byte[] answer, ProtocolVersion version)
    {
        var (rest, isIn, last, count) = (new ReadOnlySequence<byte>(answer), false, MqttReason.Success, 0);
        while (PacketFrame.TryRead(ref rest, int.MaxValue, out var frame))
        {
            if (last >= MqttReason.UnspecifiedError) throw new InvalidOperationException($"{frame.Type} after the last word.");
            if (count++ == 0 && frame.Type is not (PacketType.ConnAck or PacketType.Auth)) throw new InvalidOperationException($"{frame.Type} instead of CONNACK.");

            Canonical.Of(frame, version, PacketSender.Server);
            if (frame.Type == PacketType.ConnAck)
            {
                last = ConnAckPacket.Read(frame, version).Reason;
                isIn = last == MqttReason.Success;
            }
            else if (frame.Type == PacketType.Disconnect)
            {
                if (version < ProtocolVersion.V5) throw new InvalidOperationException($"DISCONNECT to a client of {version}.");
                last = DisconnectPacket.Read(frame, version, PacketSender.Server).Reason;
            }
        }

        return rest.IsEmpty ? (isIn, last) : throw new InvalidOperationException("The last answer is cut off.");
    }
}
