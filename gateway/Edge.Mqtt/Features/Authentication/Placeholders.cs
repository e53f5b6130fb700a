using System.Text;

using Edge.Identity.Tokens;
using Edge.Mqtt.Topics;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>
/// Puts who a client is (<c>%u</c>) and its client identifier (<c>%c</c>) into topic scopes. Both may be the client's own choice: where the value would change
/// what the filter means (a level of its own, a wildcard, a <c>$</c> in front), that scope grants nothing.
/// </summary>
internal static class Placeholders
{
    /// <summary>The scopes for this client.</summary>
    public static IReadOnlyList<TopicScope> Resolve(IReadOnlyList<TopicScope> scopes, string subject, string clientId)
    {
        var hasAny = false;
        for (var i = 0; i < scopes.Count && !hasAny; i++) hasAny = scopes[i].Filter.Contains('%');
        if (!hasAny) return scopes;

        return [.. scopes.Select(s => Resolve(s.Filter, subject, clientId, isStrict: false) is { } filter ? s with { Filter = filter } : null).OfType<TopicScope>()];
    }

    /// <summary>Is this a topic filter, once its placeholders are filled, with no others? A slip in the configuration is told; in somebody's token a percent
    /// sign may be just that.</summary>
    public static bool IsFilter(string filter) => Resolve(filter, "u", "c", isStrict: true) is { } filled && TopicFilter.TryParse(filled, out _);

    // One pass: a value that looks like a placeholder stays what it is.
    private static string? Resolve(string filter, string subject, string clientId, bool isStrict)
    {
        var text = new StringBuilder(filter.Length + clientId.Length);
        for (var i = 0; i < filter.Length; i++)
        {
            var value = filter.AsSpan(i) switch
            {
                ['%', 'u', ..] => subject,
                ['%', 'c', ..] => clientId,
                _ => null,
            };
            if (value is null)
            {
                if (isStrict && filter[i] == '%') return null;
                text.Append(filter[i]);
                continue;
            }

            if (!IsOneLevel(value) || (text.Length == 0 && value[0] == '$')) return null;

            text.Append(value);
            i++;
        }

        return text.ToString();
    }

    private static bool IsOneLevel(string value) => value.Length > 0 && value.AsSpan().IndexOfAny("/+#\0") < 0;
}
