using Edge.Xmpp.Routing;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Components;

/// <summary>Which domains the components have, and whether somebody else has them already.</summary>
internal sealed class ComponentNames(IOptions<ComponentsOptions> options, XmppDomain server, ModuleCatalog modules)
{
    /// <summary>The domain that a name in the configuration means.</summary>
    public static string DomainOf(string name, XmppDomain server) =>
        (name.Contains('.', StringComparison.Ordinal) ? name : $"{name}.{server.Name}").ToLowerInvariant();

    /// <exception cref="OptionsValidationException">A name is taken.</exception>
    public void Check()
    {
        string[] errors = [.. options.Value.Keys.GroupBy(k => DomainOf(k, server)).SelectMany(Faults)];
        if (errors.Length > 0) throw new OptionsValidationException("xmpp:components", typeof(ComponentsOptions), errors);
    }

    private IEnumerable<string> Faults(IGrouping<string, string> names)
    {
        var (key, domain) = ($"xmpp:components:{names.First()}", names.Key);
        if (names.Count() > 1) yield return $"xmpp:components: {string.Join(" and ", names)} are both {domain}: leave one out.";

        if (domain == server.Name) yield return $"{key}: this is the server's own domain (things:domain): give another name.";
        else if (domain.EndsWith("." + server.Name, StringComparison.Ordinal) && modules.Hosts.Find(domain[..^(server.Name.Length + 1)]) is not null)
            yield return $"{key}: {domain} is a service of this server: give another name.";
    }
}
