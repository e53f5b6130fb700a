using System.Net.Security;

using Edge.Xmpp.Sessions;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Bosh;

/// <summary>A stream in the requests and answers of HTTP (XEP-0206).</summary>
internal sealed class BoshStream(BoshSession session, StreamSetting setting, TlsFacts? tls) : IXmppStream
{
    public string Binding => "bosh";

    public InputRate Rate { get; } = new(setting.Options.Rates, setting.Clock);

    public StreamHeader Header { get; private set; } = StreamHeader.Plain;

    public TlsFacts? Tls => tls;

    public bool CanUpgrade => false;

    public long LastReceived => session.LastReceived;

    public async ValueTask<StreamPart> ReadAsync(CancellationToken cancel)
    {
        await Rate.PauseAsync(cancel).ConfigureAwait(false);
        var part = await session.ReadAsync(cancel).ConfigureAwait(false);
        if (part.Header is { } header) Header = header;
        Rate.Received(part.Stanza?.Bytes.Length ?? 0);
        return part;
    }

    public void Trust() => session.Trust();

    public void Restart()
    {
        // The client says when (XEP-0206 §5).
    }

    public ValueTask UpgradeAsync(SslServerAuthenticationOptions handshake, CancellationToken cancel) => throw new NotSupportedException();

    // There is no header of ours: what it would say stands in the first answer.
    public ValueTask OpenAsync(StreamOpening opening, CancellationToken cancel) => ValueTask.CompletedTask;

    public ValueTask CloseAsync(StreamFault? fault, CancellationToken cancel)
    {
        if (fault is not null) session.Put(XmlText.ToBytes(fault.ToElement()));
        session.Close(fault?.Condition switch
        {
            null => "",
            StreamErrors.HostUnknown => BoshNames.HostUnknown,
            StreamErrors.SystemShutdown => BoshNames.SystemShutdown,
            _ => BoshNames.RemoteStreamError,
        });
        return ValueTask.CompletedTask;
    }

    public void Put(in ReadOnlyMemory<byte> element) => session.Put(element.Span);

    public ValueTask<bool> FlushAsync(CancellationToken cancel) => session.FlushAsync(cancel);

    public ValueTask DisposeAsync()
    {
        session.Close("");
        return ValueTask.CompletedTask;
    }
}
