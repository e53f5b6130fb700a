using System.Net.Security;

using Edge.Xmpp.Sessions;
using Edge.Xmpp.Wire;

namespace Edge.Tests.Xmpp.Sessions;

/// <summary>A stream with something in its way, as a test wants it.</summary>
internal sealed class TestStream(IXmppStream inner) : IXmppStream
{
    /// <summary>Runs when the session that is made for it first looks at it.</summary>
    public Action? OnSeen { get; set; }

    /// <summary>Runs before each element that is written.</summary>
    public Action? OnPut { get; set; }

    public string Binding
    {
        get
        {
            OnSeen?.Invoke();
            return inner.Binding;
        }
    }

    public StreamHeader Header => inner.Header;

    public TlsFacts? Tls => inner.Tls;

    public bool CanUpgrade => inner.CanUpgrade;

    public long LastReceived => inner.LastReceived;

    public InputRate Rate => inner.Rate;

    public ValueTask<StreamPart> ReadAsync(CancellationToken cancel) => inner.ReadAsync(cancel);

    public void Trust() => inner.Trust();

    public void Restart() => inner.Restart();

    public ValueTask UpgradeAsync(SslServerAuthenticationOptions handshake, CancellationToken cancel) => inner.UpgradeAsync(handshake, cancel);

    public ValueTask OpenAsync(StreamOpening opening, CancellationToken cancel) => inner.OpenAsync(opening, cancel);

    public ValueTask CloseAsync(StreamFault? fault, CancellationToken cancel) => inner.CloseAsync(fault, cancel);

    public void Put(in ReadOnlyMemory<byte> element)
    {
        OnPut?.Invoke();
        inner.Put(element);
    }

    public ValueTask<bool> FlushAsync(CancellationToken cancel) => inner.FlushAsync(cancel);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
