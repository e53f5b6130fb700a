using System.Buffers;
using System.Text;

using Edge.Tests.Fuzz;
using Edge.Transport;
using Edge.Xmpp.Wire;

namespace Edge.Tests.Xmpp.Fuzz;

/// <summary>What a server owes to whatever bytes: well-formed answers, one end with its reason, the error of a breach told as the last thing, and no bug.</summary>
internal static class XmppJudge
{
    private static readonly XmlLimits Limits = new(16 * 1024 * 1024, 64, 48, 4096);

    /// <summary>Returns the outcome in a few words.</summary>
    /// <exception cref="InvalidOperationException">The server did not do what it owes; the text says what.</exception>
    public static string Judge(Played played)
    {
        if (played.Reason == EndReason.InternalError) throw new InvalidOperationException("A bug ended the connection.");

        var (condition, isClosed) = ReadAnswers(played.Answer);
        if (played.Reason is EndReason.ProtocolError or EndReason.LimitExceeded && condition is null)
            throw new InvalidOperationException($"It ended with {played.Reason}, and the client was not told.");
        if (condition is not null && !isClosed) throw new InvalidOperationException($"The stream is not closed after {condition}.");
        return condition is null ? $"{played.Reason}" : $"{played.Reason}, {condition}";
    }

    private static (string? Condition, bool IsClosed) ReadAnswers(byte[] answer)
    {
        var tls = answer.AsSpan().IndexOf("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"u8);
        if (tls >= 0) return (null, false); // what follows is an alert of TLS

        string? condition = null;
        var (buffer, reader) = (new ReadOnlySequence<byte>(answer), new XmlStreamReader(Limits));
        try
        {
            while (reader.TryRead(ref buffer, out var part))
            {
                if (part.IsEnd && !buffer.IsEmpty) throw new InvalidOperationException("There is more behind the end of the stream.");
                if (part.IsEnd) return (condition, true);
                if (condition is not null) throw new InvalidOperationException($"There is more behind {condition}.");
                if (part.Stanza?.Is(XmppNames.Stream + "error") == true) condition = part.Stanza.ChildName;
                if (part.Stanza?.Is(XmppNames.Sasl + "success") == true) reader.Restart();
            }
        }
        catch (XmppStreamException broken)
        {
            throw new InvalidOperationException($"The server broke the protocol: {broken.Message} {Encoding.UTF8.GetString(answer)}", broken);
        }

        return buffer.IsEmpty ? (condition, false) : throw new InvalidOperationException("The last answer is cut off.");
    }
}
