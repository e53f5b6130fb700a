using Edge.Things;
using Edge.Things.Nodes;

namespace Edge.Gateway.Demo;

/// <summary>One JSON line with all that another program needs to take part.</summary>
internal static class ReadyLine
{
    /// <summary>The line, to be serialised.</summary>
    public static object Of(DemoWorld world, string code, IReadOnlyList<string> claims)
    {
        var at = world.Host.Endpoints;
        var things = world.Get<Microsoft.Extensions.Options.IOptions<ThingsOptions>>().Value;
        return new
        {
            ready = new
            {
                portal = world.Portal,
                code,
                mqtt = new
                {
                    host = "127.0.0.1",
                    tlsPort = at.Mqtts,
                    plainPort = at.Mqtt,
                    ca = world.AuthorityFile,
                    clients = new[] { Client(world, "owner", world.People.Owner), Client(world, "visitor", world.People.Visitor) },
                },
                xmpp = new
                {
                    domain = world.Domain,
                    host = "127.0.0.1",
                    port = at.Xmpp,
                    accounts = new[]
                    {
                        new { role = "owner", jid = world.People.Owner.ToString(), password = world.Secrets.OwnerPassword },
                        new { role = "visitor", jid = world.People.Visitor.ToString(), password = world.Secrets.VisitorPassword },
                    },
                    registry = things.RegistryAddress.ToString(),
                    provisioning = things.ProvisioningAddress.ToString(),
                    concentrator = things.ConcentratorAddress.ToString(),
                },
                nodes = new[] { world.NodeReference, world.MeterReference }.Select(r => Describe(world.Get<IConcentrator>().Find(r)!)),
                claims,
            },
        };
    }

    private static object Client(DemoWorld world, string role, Jid person) =>
        new { role, user = person.Local, token = world.People.MqttToken(person).Value };

    private static object Describe(Node node) => new
    {
        source = node.Reference.SourceId,
        nodeId = node.Reference.NodeId,
        fields = node.Fields.Select(f => f.Name),
        parameters = node.Parameters.Select(p => p.Name),
    };
}
