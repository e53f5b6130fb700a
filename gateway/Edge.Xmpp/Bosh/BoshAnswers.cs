using System.Buffers;
using System.Globalization;
using System.Text;

using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Bosh;

/// <summary>Writes answers, and keeps the last ones: a client whose connection broke asks for them again (XEP-0124 §14.3).</summary>
internal sealed class BoshAnswers(BoshTerms terms, string domain)
{
    private readonly Queue<(long Rid, string? Key, BoshAnswer Answer)> _given = [];
    private bool _isFirst = true;

    /// <summary>The last answer carried something.</summary>
    public bool HadPayload { get; private set; }

    /// <summary>An answer to a request, kept for when it is asked for again.</summary>
    /// <param name="request">The request.</param>
    /// <param name="lastRid">The last request that has come, with all before it.</param>
    /// <param name="payloads">Elements that stand for themselves but for the prefix <c>stream</c>.</param>
    /// <param name="end">The condition of the session's end, "" for an end without; null where it goes on.</param>
    public BoshAnswer Make(BoshRequest request, long lastRid, ReadOnlySpan<byte> payloads, string? end = null)
    {
        var text = new StringBuilder($"<body xmlns='{BoshNames.Namespace}'");
        // Some clients of things fail on any other prefix in the first answer, and therefore on every attribute of XEP-0206 that has one.
        if (_isFirst || LoneElement.UsesStreamPrefix(payloads)) text.Append($" xmlns:stream='{XmppNames.StreamNamespace}'");
        if (_isFirst && end is null) AppendTerms(text);
        else if (terms.HasAcks && lastRid != request.Body.Rid) Append(text, "ack", lastRid);
        if (end is not null) text.Append(" type='terminate'");
        if (end is { Length: > 0 }) text.Append($" condition='{end}'");
        text.Append(payloads.IsEmpty ? "/>" : ">");

        (_isFirst, HadPayload) = (false, !payloads.IsEmpty);
        byte[] bytes = payloads.IsEmpty ? Encoding.UTF8.GetBytes(text.ToString()) : [.. Encoding.UTF8.GetBytes(text.ToString()), .. payloads, .. "</body>"u8];
        var answer = new BoshAnswer(bytes, terms.Content, terms.Version is null ? StatusOf(end) : 200);
        Keep(request, answer);
        return answer;
    }

    /// <summary>An answer that was given before to the very same request.</summary>
    public BoshAnswer? Find(BoshBody body)
    {
        foreach (var (rid, key, answer) in _given)
        {
            if (rid == body.Rid && key == body.Key) return answer;
        }

        return null;
    }

    /// <summary>A request that is given up for its repetition (§17.3).</summary>
    public BoshAnswer Recoverable() => new(Encoding.UTF8.GetBytes($"<body type='error' xmlns='{BoshNames.Namespace}'/>"), terms.Content);

    private void Keep(BoshRequest request, BoshAnswer answer)
    {
        if (request.Body.Pause is not null) return;
        if (_given.Count > terms.Requests) _given.Dequeue();
        _given.Enqueue((request.Body.Rid, request.Body.Key, answer));
    }

    private void AppendTerms(StringBuilder text)
    {
        text.Append($" sid='{terms.Sid}' from='{XmlText.Escape(domain)}'");
        Append(text, "wait", terms.Wait);
        Append(text, "hold", terms.Hold);
        Append(text, "requests", terms.Requests);
        Append(text, "inactivity", terms.Inactivity);
        Append(text, "polling", terms.Polling);
        Append(text, "maxpause", terms.MaxPause);
        if (terms.Version is { } version) text.Append($" ver='{version.ToString(2)}'");
        if (terms.HasAcks) Append(text, "ack", terms.FirstRid);
    }

    private static void Append(StringBuilder text, string name, long value) =>
        text.Append(CultureInfo.InvariantCulture, $" {name}='{value}'");

    // §17.1: what clients of before version 1.6 look at.
    private static int StatusOf(string? end) => end switch
    {
        BoshNames.BadRequest => 400,
        BoshNames.PolicyViolation => 403,
        BoshNames.ItemNotFound => 404,
        _ => 200,
    };
}
