using Edge.Gateway.Configuration;
using Edge.Gateway.Hosting;
using Edge.Mqtt.Features.NodeProtocol;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;
using Edge.Things.Registry;
using Edge.Transport.Tls;

using Microsoft.Extensions.Options;

using SensorNode.Virtual;

namespace Edge.Gateway.Demo;

/// <summary>Everything that runs in a demonstration: the gateway with its simulated meter, the virtual node on the desk, and two people.</summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    private readonly DemoOptions _demo;
    private readonly Terminal _terminal;
    private VirtualNode? _node;

    private DemoWorld(DemoOptions demo, Terminal terminal, DemoSecrets secrets, GatewayHost host) =>
        (_demo, _terminal, Secrets, Host) = (demo, terminal, secrets, host);

    /// <summary>What the demonstration keeps.</summary>
    public DemoSecrets Secrets { get; }

    /// <summary>The gateway.</summary>
    public GatewayHost Host { get; }

    /// <summary>The owner and the visitor as the gateway knows them.</summary>
    public People People => Get<People>();

    /// <summary>The server's domain.</summary>
    public string Domain => Get<IOptions<ThingsOptions>>().Value.Domain;

    /// <summary>The CA's certificate.</summary>
    public string AuthorityFile => Get<LocalCertificates>().AuthorityFile ?? throw new InvalidOperationException("The demonstration needs the gateway's own CA: leave tls:certificateFile out.");

    /// <summary>The virtual node, once it is on the desk.</summary>
    public VirtualNode Node => _node ?? throw new InvalidOperationException("The node has not been switched on.");

    /// <summary>The virtual node's place behind the concentrator.</summary>
    public NodeReference NodeReference => new(Secrets.NodeId, "mqtt");

    /// <summary>The meter's place behind the concentrator.</summary>
    public NodeReference MeterReference => Meter?.Reference ?? throw new StepFailedException("the simulated meter is not there");

    /// <summary>The simulated meter as the concentrator sees it.</summary>
    public Node? Meter => Get<IConcentrator>().Sources.First(s => s.SourceId == "modbus").Nodes is [var meter, ..] ? meter : null;

    /// <summary>The portal's address as the person opens it: by the network's address where a phone takes part.</summary>
    public string Portal => _demo.Lan ? $"https://{LanAddress.Find()}:{Host.Endpoints.Https}" : Host.Endpoints.LocalPortal;

    /// <summary>Builds and starts the gateway, and makes the people.</summary>
    /// <param name="demo">How it is played.</param>
    /// <param name="terminal">Where the LED is drawn.</param>
    /// <param name="isGateOpen">False keeps the provisioning service out of the nodes' reach until <see cref="Gate"/> is opened.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<DemoWorld> StartAsync(DemoOptions demo, Terminal terminal, bool isGateOpen, CancellationToken cancel)
    {
        var secrets = DemoSecrets.LoadOrCreate(demo.DataFolder);
        var configuration = GatewayConfiguration.Load(null, DemoConfiguration.For(demo));
        var host = GatewayHost.Build(configuration, services => services.AddSingleton<People>());
        var world = new DemoWorld(demo, terminal, secrets, host);
        try
        {
            if (!isGateOpen) world.Gate.Close();
            await host.StartAsync(cancel);
            await world.People.SettleAsync(secrets, cancel);
            return world;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>A service of the gateway.</summary>
    public T Get<T>() where T : notnull => Host.Services.GetRequiredService<T>();

    /// <summary>What the gateway knows of the node's standing; null before its hello.</summary>
    public LinkedNode? Linked => Get<INodeLink>().Nodes.FirstOrDefault(n => n.NodeId == Secrets.NodeId);

    /// <summary>The last value of a field, where there is one.</summary>
    public Reading? Latest(NodeReference node, string field) =>
        Get<ILatestReadings>().Of(Get<IConcentrator>().Identify(node)).FirstOrDefault(r => r.Field == field && r.Value is not null);

    /// <summary>Who owns a node.</summary>
    public Jid? OwnerOf(NodeReference node) => Get<IThingRegistry>().Find(Get<IConcentrator>().Identify(node))?.Owner;

    /// <summary>The visitor's rule about the node for an operation, if the owner has made one.</summary>
    public Rule? RuleFor(Operation operation) => Get<IProvisioning>().RulesOf(People.Owner).FirstOrDefault(r =>
        r.Thing == Get<IConcentrator>().Identify(NodeReference) && r.Operation == operation && r.Subject.Matches(People.Visitor));

    /// <summary>Nodes cannot reach the provisioning service while the gate is closed.</summary>
    public ProvisioningGate Gate => Get<ProvisioningGate>();

    /// <summary>Switches the virtual node on.</summary>
    public Task SwitchNodeOnAsync(CancellationToken cancel)
    {
        _node = new VirtualNode(new VirtualNodeOptions
        {
            NodeId = Secrets.NodeId,
            Secret = Secrets.DeviceSecret,
            ClaimKey = Secrets.ClaimKey,
            SerialNumber = Secrets.SerialNumber,
            DataFolder = Path.Combine(_demo.DataFolder, "virtual-node"),
            Host = "localhost",
            Port = Host.Endpoints.Mqtts,
            CaFile = AuthorityFile,
        });
        _node.LedChanged += _terminal.ShowLed;
        return _node.StartAsync(cancel);
    }

    /// <summary>The visitor signs in.</summary>
    public Task<Visitor> VisitorAsync(CancellationToken cancel) =>
        Visitor.SignInAsync(Host.Endpoints.Xmpp, Domain, Secrets.VisitorPassword, AuthorityFile, cancel);

    /// <summary>Stops everything in an orderly way: the node first, so that its will is not needed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_node is not null) await _node.StopAsync();
        await Host.StopAsync(CancellationToken.None);
        await Host.DisposeAsync();
    }
}
