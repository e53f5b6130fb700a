namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>
/// Whether nodes reach the provisioning service. While it is closed, their questions are answered with <c>service-unavailable</c> and
/// everything else works: a node then lives on its own cache (XEP-0324 §5.2). Open by default; the demo closes it before a restart to
/// show exactly that, and maintenance of the rules may do the same.
/// </summary>
public sealed class ProvisioningGate
{
    private volatile bool _isClosed;

    /// <summary>True where questions are answered.</summary>
    public bool IsOpen => !_isClosed;

    /// <summary>From now on questions are answered.</summary>
    public void Open() => _isClosed = false;

    /// <summary>From now on questions are answered with <c>service-unavailable</c>.</summary>
    public void Close() => _isClosed = true;
}
