using System.Xml.Linq;

namespace Edge.Xmpp.Modules.Iot;

/// <summary>
/// A part of IoT over XMPP and the names it goes by. The XSF drafts have a vocabulary of their own; the three later names are
/// spellings of one vocabulary. An answer is given in the namespace of its request.
/// </summary>
internal sealed class IotArea
{
    private IotArea(string? drafts, string standard)
    {
        Drafts = drafts is null ? [] : [XNamespace.Get("urn:xmpp:iot:" + drafts)];
        Standard = [$"urn:nf:iot:{standard}:1.0", $"urn:ieee:iot:{standard}:1.0", $"urn:nfi:iot:{standard}:1.0"];
        All = [.. Drafts, .. Standard];
    }

    /// <summary>Read-out: XEP-0323 and its successors.</summary>
    public static IotArea SensorData { get; } = new("sensordata", "sd");

    /// <summary>Control: XEP-0325 and its successors.</summary>
    public static IotArea Control { get; } = new("control", "ctr");

    /// <summary>The thing registry: XEP-0347 and its successors.</summary>
    public static IotArea Discovery { get; } = new("discovery", "disco");

    /// <summary>Questions of devices: XEP-0324 and its successors.</summary>
    public static IotArea DeviceProvisioning { get; } = new("provisioning", "prov:d");

    /// <summary>Questions to owners: there is nothing of the kind in XEP-0324.</summary>
    public static IotArea OwnerProvisioning { get; } = new(null, "prov:o");

    /// <summary>The namespace of the XSF draft, if there is one.</summary>
    public IReadOnlyList<XNamespace> Drafts { get; }

    /// <summary>The spellings of the later vocabulary, the one in use first.</summary>
    public IReadOnlyList<XNamespace> Standard { get; }

    /// <summary>Every namespace.</summary>
    public IReadOnlyList<XNamespace> All { get; }

    /// <summary>Every namespace as a disco feature.</summary>
    public IEnumerable<string> Features => All.Select(n => n.NamespaceName);
}
