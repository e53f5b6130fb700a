using System.Globalization;

using Edge.Identity.Devices;
using Edge.Things.Nodes;
using Edge.Things.Registry;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>What the gateway knows of a node now. Guarded by its directory's lock.</summary>
internal sealed class NodeEntry(string nodeId)
{
    public string NodeId => nodeId;

    /// <summary>What is kept of it, once its button was pressed.</summary>
    public NodeRecord? Record { get; set; }

    /// <summary>Its line in the factory manifest, or null.</summary>
    public FactoryDevice? Factory { get; set; }

    /// <summary>What was said under its name without proof.</summary>
    public NodeDescription? Claimed { get; set; }

    /// <summary>Its session with a token.</summary>
    public NodeConnection? Proven { get; set; }

    /// <summary>A session under its name without one.</summary>
    public NodeConnection? Bootstrap { get; set; }

    /// <summary>The question to befriend is open.</summary>
    public bool IsAsked { get; set; }

    /// <summary>When its last session without a token ended or said hello.</summary>
    public DateTimeOffset SeenAt { get; set; }

    /// <summary>When the gateway last asked it by itself.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    public bool IsTrusted => Record is { IsTrusted: true };

    /// <summary>True where it is of interest to others: it has said hello, or is known.</summary>
    public bool IsVisible => Record is not null || Claimed is not null;

    public LinkedNode ToLinkedNode()
    {
        var description = (IsTrusted ? Record!.Description : Claimed ?? Record?.Description) ?? NodeDescription.Unknown;
        return new(nodeId, IsTrusted ? NodeTrust.Trusted : IsAsked ? NodeTrust.Asked : NodeTrust.Untrusted, IsOnline)
        {
            Manufacturer = description.Manufacturer,
            Model = description.Model,
            SerialNumber = description.SerialNumber,
            Hardware = description.Hardware,
            Firmware = description.Firmware,
            Fields = description.Fields,
            Parameters = description.Parameters,
            Name = NameOf(description),
            Tags = IsTrusted ? TagsOf(description) : null,
            CanBeAsked = Bootstrap is { Hello: not null },
        };
    }

    private bool IsOnline => IsTrusted ? Proven is { HasSaidGoodbye: false } : Bootstrap is not null;

    private string NameOf(NodeDescription description) =>
        Factory?.Name is { Length: > 0 } name ? name
        : description.Model.Length > 0 ? $"{description.Model} {description.SerialNumber}".TrimEnd()
        : nodeId;

    /// <summary>The registry's tags (XEP-0347 §3.3), as printed on the sticker: what may change before a claim, such as a firmware version
    /// that is no number, is left out.</summary>
    private List<Tag> TagsOf(NodeDescription description)
    {
        List<Tag> tags = [];
        Add("MAN", description.Manufacturer);
        Add("MODEL", description.Model);
        Add("SN", description.SerialNumber);
        if (double.TryParse(description.Firmware, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var version))
            tags.Add(new("V", null, version));
        Add("NAME", Factory?.Name);
        Add("KEY", Factory?.ClaimKey);
        return tags;

        void Add(string name, string? text)
        {
            if (!string.IsNullOrEmpty(text)) tags.Add(new(name, text));
        }
    }
}
