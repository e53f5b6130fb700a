using Edge.Things;

namespace Edge.Portal.Views;

/// <summary>How a thing is named in addresses and forms of the portal: <c>mqtt/esp32-1</c> for a node behind this concentrator, and the address
/// before it for any other thing.</summary>
internal static class ThingKey
{
    public static string Of(ThingId id, Jid concentrator)
    {
        var node = id.Node.IsNone ? "" : string.IsNullOrEmpty(id.Node.Partition)
            ? $"{Escape(id.Node.SourceId)}/{Escape(id.Node.NodeId)}"
            : $"{Escape(id.Node.SourceId)}/{Escape(id.Node.NodeId)}/{Escape(id.Node.Partition)}";
        if (id.Jid == concentrator && node.Length > 0) return node;

        return node.Length == 0 ? Escape(id.Jid.ToString()) : $"{Escape(id.Jid.ToString())}/{node}";
    }

    // Only what the path of an address takes as it is, so that routing hands the key back unchanged.
    private static string Escape(string part) => Uri.EscapeDataString(part).Replace("%", "~", StringComparison.Ordinal);
}
