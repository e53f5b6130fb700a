using Edge.Things.Registry;

namespace Edge.Things.Nodes;

/// <summary>What a node's owner-to-be needs: the tags on its sticker. Only for whoever may claim any node: the operator's page, the
/// sticker printer, the demo.</summary>
public interface INodeClaims
{
    /// <summary>The full set of tags that claims the node, KEY included; null where there is no such node, it is not for the registry, or it has
    /// an owner already.</summary>
    IReadOnlyList<Tag>? ClaimTags(NodeReference node);

    /// <summary>The same as an <c>iotdisco:</c> URI with the registry's address in it (XEP-0347), for a QR code; null likewise.</summary>
    string? ClaimUri(NodeReference node);
}
