using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

using Edge.Transport.Tls;

namespace Edge.Xmpp.Sessions;

/// <summary>What TLS below a stream tells of both sides, done by STARTTLS or by the listener.</summary>
internal sealed class TlsFacts
{
    private readonly SslStream? _stream;
    private readonly Dictionary<string, byte[]?> _bindings = [];

    private TlsFacts(SslStream? stream, X509Certificate2? client) => (_stream, ClientCertificate) = (stream, client);

    /// <summary>The certificate that the client showed and the listener's CA vouches for; null where it showed none.</summary>
    public X509Certificate2? ClientCertificate { get; }

    /// <summary>The version, for people.</summary>
    public string Version => _stream?.SslProtocol switch
    {
        SslProtocols.Tls12 => "TLS 1.2",
        SslProtocols.Tls13 => "TLS 1.3",
        _ => "TLS",
    };

    /// <summary>The types of channel binding that this connection has data for (XEP-0440 names them).</summary>
    public IEnumerable<string> BindingTypes => ChannelBinding.Types.Where(t => Binding(t) is not null);

    /// <summary>One connection's TLS.</summary>
    public static TlsFacts Of(SslStream stream) => new(stream, stream.RemoteCertificate as X509Certificate2);

    /// <summary>TLS of which there is nothing to bind to: each request of BOSH may come on a connection of its own, and proxies have theirs.</summary>
    public static TlsFacts Unbound(X509Certificate2? client = null) => new(null, client);

    /// <summary>Channel-binding data (RFC 5056): <c>tls-server-end-point</c>, <c>tls-exporter</c>; null where there is none of this type.</summary>
    public byte[]? Binding(string type)
    {
        if (_stream is null) return null;
        if (!_bindings.TryGetValue(type, out var data)) _bindings[type] = data = ChannelBinding.Of(_stream, type);
        return data;
    }
}
