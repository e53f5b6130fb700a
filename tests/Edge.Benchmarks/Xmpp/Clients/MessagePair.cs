using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace Edge.Benchmarks.Xmpp.Clients;

/// <summary>Sends messages to its partner with a window: at most so many are on their way.</summary>
internal sealed class MessageSender(XmppLogin login, Traffic traffic) : XmppPeer(login)
{
    /// <summary>How long a body is.</summary>
    public const int BodyBytes = 64;
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
        Write(Sent++, 0);
        if (traffic.Latencies is not null) Write(Stopwatch.GetTimestamp(), Traffic.Digits);
        Send(_message);
    }

    protected override void FillText()
    {
        if (!IsReady) return;
        while (Outstanding < Window) SendOne();
    }

    private void Write(long number, int at) => Utf8Formatter.TryFormat(number, _message.AsSpan(_bodyAt + at, Traffic.Digits), out _, Traffic.Format);
}

/// <summary>Counts the messages that it gets, sees that each is the next one of its sender, and tells that one.</summary>
internal sealed class MessageReceiver(XmppLogin login, Traffic traffic) : XmppPeer(login)
{
    private long _next;

    /// <summary>Its partner.</summary>
    public MessageSender? Sender { get; set; }

    protected override ReadOnlySpan<byte> OnText(ReadOnlySpan<byte> text)
    {
        var count = 0;
        for (int end; (end = text.IndexOf("</message>"u8)) >= 0; text = text[(end + "</message>"u8.Length)..])
        {
            count++;
            Check(text[..end]);
        }

        traffic.Delivered += count;
        Sender?.OnDelivered(count);
        return text;
    }

    // A rate counts for nothing where messages are lost, cut short, doubled, or somebody else's.
    private void Check(ReadOnlySpan<byte> message)
    {
        var start = message.IndexOf("<body>"u8);
        var body = start < 0 ? default : message[(start + "<body>"u8.Length)..];
        if (body.Length != MessageSender.BodyBytes + "</body>"u8.Length || Number(body, 0) != _next)
            throw new IOException($"{this} should get message {_next} of its sender, and gets: {System.Text.Encoding.UTF8.GetString(message)}");

        _next++;
        if (traffic.Latencies is { } latencies && Number(body, Traffic.Digits) is > 0 and var sent) latencies.Add(Stopwatch.GetTimestamp() - sent);
    }

    private static long Number(ReadOnlySpan<byte> body, int at) =>
        Utf8Parser.TryParse(body.Slice(at, Traffic.Digits), out long number, out _) ? number : -1;
}

/// <summary>What the clients of one measurement share.</summary>
internal sealed class Traffic
{
    /// <summary>Digits of each of the two numbers at the start of a body: which message it is, and when it was sent.</summary>
    public const int Digits = 19;

    /// <summary>How they are written.</summary>
    public static readonly System.Buffers.StandardFormat Format = new('D', Digits);

    /// <summary>How many stanzas have arrived.</summary>
    public long Delivered { get; set; }

    /// <summary>Times from send to receipt in ticks of <see cref="Stopwatch"/>; null where nobody asks.</summary>
    public List<long>? Latencies { get; set; }
}
