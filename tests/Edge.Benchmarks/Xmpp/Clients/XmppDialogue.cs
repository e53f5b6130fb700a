using System.Text;

namespace Edge.Benchmarks.Xmpp.Clients;

/// <summary>What a client and a server say to each other until the client is ready.</summary>
/// <param name="login">Who it is.</param>
/// <param name="send">Sends text.</param>
/// <param name="startTls">Goes on encrypted; then <see cref="OpenStream"/> is called.</param>
internal sealed class XmppDialogue(XmppLogin login, Action<string> send, Action startTls)
{
    private const string Sasl = "urn:ietf:params:xml:ns:xmpp-sasl";

    private readonly ScramProof _proof = new(login.User, login.Password);
    private Step _step;

    private enum Step
    {
        Features, Proceed, MechanismFeatures, Challenge, Success, BindFeatures, Bound, Online, Ready,
    }

    /// <summary>True at its end.</summary>
    public bool IsReady => _step == Step.Ready;

    /// <summary>The full address that the server gave.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Begins.</summary>
    public void Begin()
    {
        _step = login.IsEncrypted ? Step.Features : Step.MechanismFeatures;
        OpenStream();
    }

    /// <summary>Opens a stream, the first or a new one.</summary>
    public void OpenStream() => send(
        $"<?xml version='1.0'?><stream:stream to='{login.Domain}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>");

    /// <summary>Takes all that the server has said since the last step.</summary>
    /// <returns>False where the step is not over.</returns>
    public bool Take(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf("<stream:error"u8) >= 0 || text.IndexOf("<failure"u8) >= 0 || text.IndexOf("type='error'"u8) >= 0 || text.IndexOf("type=\"error\""u8) >= 0)
            throw new IOException($"The server refuses {login.User} at the step {_step}: {Encoding.UTF8.GetString(text)}");
        if (text.IndexOf(Awaited) < 0 || text[^1] != '>') return false;

        Go(text);
        return true;
    }

    private ReadOnlySpan<byte> Awaited => _step switch
    {
        Step.Features or Step.MechanismFeatures or Step.BindFeatures => "</stream:features>"u8,
        Step.Proceed => "<proceed"u8,
        Step.Challenge => "</challenge>"u8,
        Step.Success => "</success>"u8,
        Step.Bound => "</iq>"u8,
        _ => "online"u8,
    };

    private void Go(ReadOnlySpan<byte> text)
    {
        switch (_step++)
        {
            case Step.Features:
                send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
                break;
            case Step.Proceed:
                startTls();
                break;
            case Step.MechanismFeatures:
                send($"<auth xmlns='{Sasl}' mechanism='SCRAM-SHA-1'>{_proof.First}</auth>");
                break;
            case Step.Challenge:
                send($"<response xmlns='{Sasl}'>{_proof.Answer(Inner(text, "</challenge>"u8))}</response>");
                break;
            case Step.Success:
                OpenStream();
                break;
            case Step.BindFeatures:
                send("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
                break;
            case Step.Bound:
                Address = Inner(text, "</jid>"u8);
                if (login.IsOnline) send("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq><presence/>" + Ping(login.Domain, "online"));
                else _step = Step.Ready;
                break;
        }
    }

    /// <summary>A ping of the server.</summary>
    public static string Ping(string domain, string id) => $"<iq type='get' id='{id}' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>";

    private static string Inner(ReadOnlySpan<byte> text, ReadOnlySpan<byte> endTag)
    {
        var before = text[..text.IndexOf(endTag)];
        return Encoding.UTF8.GetString(before[(before.LastIndexOf((byte)'>') + 1)..]);
    }
}
