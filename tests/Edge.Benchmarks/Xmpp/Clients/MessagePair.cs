using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace Edge.Benchmarks.Xmpp.Clients;

/// <summary>Sends messages to its partner with a window: at most so many are on their way.</summary>
internal sealed class MessageSender(XmppLogin login, Traffic traffic) : XmppPeer(login)
{
    private const int BodyBytes = 64;
    private const string Start = "<body>";

    private byte[] _message = [];
    private int _bodyAt;
    private long _delivered;

    /// <summary>How many it has sent.</summary>
    public long Sent { get; private set; }

    /// <summary>How many may be on their way; 0 stops it.</summary>
    public int Window { get; set; }

    /// <summary>How many are on their way.</summary>
    public long Outstanding => Sent - _delivered;

    /// <summary>Says to whom.</summary>
    public void Meet(string address)
    {
        var start = $"<message to='{address}' type='chat' id='b64f11'>{Start}";
        _message = Encoding.UTF8.GetBytes($"{start}{new string('0', BodyBytes)}</body></message>");
        _bodyAt = start.Length;
    }

    /// <summary>The partner has got so many.</summary>
    public void OnDelivered(int count)
    {
        _delivered += count;
        if (Outstanding < Window) Wake();
    }

    /// <summary>Sends one message, whatever the window.</summary>
    public void SendOne()
    {
        if (traffic.Latencies is not null) Utf8Formatter.TryFormat(Stopwatch.GetTimestamp(), _message.AsSpan(_bodyAt, Traffic.TimeDigits), out _, Traffic.TimeFormat);
        Send(_message);
        Sent++;
    }

    protected override void FillText()
    {
        if (!IsReady) return;
        while (Outstanding < Window) SendOne();
    }
}

/// <summary>Counts the messages that it gets, and tells their sender.</summary>
internal sealed class MessageReceiver(XmppLogin login, Traffic traffic) : XmppPeer(login)
{
    /// <summary>Its partner.</summary>
    public MessageSender? Sender { get; set; }

    protected override ReadOnlySpan<byte> OnText(ReadOnlySpan<byte> text)
    {
        var count = 0;
        for (int end; (end = text.IndexOf("</message>"u8)) >= 0; text = text[(end + "</message>"u8.Length)..])
        {
            count++;
            if (traffic.Latencies is { } latencies) Note(text, latencies);
        }

        traffic.Delivered += count;
        Sender?.OnDelivered(count);
        return text;
    }

    private static void Note(ReadOnlySpan<byte> message, List<long> latencies)
    {
        var at = message.IndexOf("<body>"u8) + "<body>"u8.Length;
        if (Utf8Parser.TryParse(message.Slice(at, Traffic.TimeDigits), out long sent, out _) && sent > 0) latencies.Add(Stopwatch.GetTimestamp() - sent);
    }
}

/// <summary>What the clients of one measurement share.</summary>
internal sealed class Traffic
{
    /// <summary>Digits of a time of sending at the start of a body.</summary>
    public const int TimeDigits = 19;

    /// <summary>How it is written.</summary>
    public static readonly System.Buffers.StandardFormat TimeFormat = new('D', TimeDigits);

    /// <summary>How many stanzas have arrived.</summary>
    public long Delivered { get; set; }

    /// <summary>Times from send to receipt in ticks of <see cref="Stopwatch"/>; null where nobody asks.</summary>
    public List<long>? Latencies { get; set; }
}
