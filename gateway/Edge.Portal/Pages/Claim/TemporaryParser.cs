using Edge.Things.Registry;
namespace Edge.Portal.Pages.Claim;
internal static class TemporaryParser
{
    public static List<Tag>? Parse(string uri)
    {
        var tags = new List<Tag>();
        foreach (var part in uri["iotdisco:".Length..].Split(';'))
        {
            var i = part.IndexOf('=', StringComparison.Ordinal);
            if (i <= 0) return null;
            tags.Add(part[0] == '#' ? new(part[1..i], null, double.Parse(part[(i + 1)..], System.Globalization.CultureInfo.InvariantCulture)) : new(part[..i], part[(i + 1)..]));
        }
        return tags;
    }
}
