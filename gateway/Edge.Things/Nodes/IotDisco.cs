using System.Globalization;
using System.Text;

using Edge.Things.Registry;

namespace Edge.Things.Nodes;

/// <summary>Writes claims as <c>iotdisco:</c> URIs (XEP-0347): <c>name=text</c> and <c>#name=number</c>, the registry's address last.</summary>
internal static class IotDisco
{
    public static string Write(IReadOnlyList<Tag> tags, Jid registry)
    {
        var uri = new StringBuilder("iotdisco:");
        foreach (var (name, text, number) in tags)
        {
            if (text is null) uri.Append(CultureInfo.InvariantCulture, $"#{name}={number:R};");
            else uri.Append(CultureInfo.InvariantCulture, $"{name}={Escape(text)};");
        }

        return uri.Append("R=").Append(registry).ToString();
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal);
}
