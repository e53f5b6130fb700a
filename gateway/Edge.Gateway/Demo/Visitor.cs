using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;

using Edge.Things;
using Edge.Things.Nodes;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;

namespace Edge.Gateway.Demo;

/// <summary>What the visitor got: fields as written on the wire, or the condition of the refusal.</summary>
internal sealed record VisitorAnswer(IReadOnlyDictionary<string, string> Fields, string? Refusal)
{
    /// <summary>For people.</summary>
    public override string ToString() => Refusal is not null
        ? $"refused: {Refusal}"
        : Fields.Count == 0 ? "done" : string.Join(", ", Fields.Select(f => $"{f.Key} = {f.Value}"));
}

/// <summary>Somebody with an account who owns nothing: asks over XMPP, like any client that speaks XEP-0323 and XEP-0325.</summary>
internal sealed class Visitor(XmppClient client, Jid concentrator) : IAsyncDisposable
{
    private static readonly XNamespace SensorData = "urn:xmpp:iot:sensordata";
    private static readonly XNamespace Control = "urn:xmpp:iot:control";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private int _seqnr;

    /// <summary>Signs in over STARTTLS, trusting the gateway's CA.</summary>
    public static async Task<Visitor> SignInAsync(int port, string domain, string password, string authorityFile, CancellationToken cancel)
    {
        var client = await XmppClient.ConnectAsync(new XmppClientOptions
        {
            Host = "127.0.0.1",
            Port = port,
            Domain = domain,
            User = DemoSecrets.Visitor,
            Password = password,
            Authority = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(authorityFile, cancel)),
        }, TimeProvider.System, cancel);
        await client.SendPresenceAsync(cancel);
        return new(client, Jid.Parse("concentrator." + domain));
    }

    /// <summary>Asks for momentary values of these fields (XEP-0323 §3.2).</summary>
    public async Task<VisitorAnswer> ReadAsync(NodeReference node, IEnumerable<string> fields, CancellationToken cancel)
    {
        var seqnr = Interlocked.Increment(ref _seqnr).ToString(CultureInfo.InvariantCulture);
        var answer = await client.RequestAsync(concentrator, IqType.Get, new XElement(
            SensorData + "req",
            new XAttribute("seqnr", seqnr),
            new XAttribute("momentary", "true"),
            Node(SensorData, node),
            fields.Select(f => new XElement(SensorData + "field", new XAttribute("name", f)))), Patience, cancel);
        return answer.IsSuccess ? await CollectAsync(seqnr, cancel) : Refused(answer);
    }

    /// <summary>Sets a parameter (XEP-0325 §3.1).</summary>
    public async Task<VisitorAnswer> SetAsync(NodeReference node, string type, string parameter, string value, CancellationToken cancel)
    {
        var answer = await client.RequestAsync(concentrator, IqType.Set, new XElement(
            Control + "set",
            Node(Control, node),
            new XElement(Control + type, new XAttribute("name", parameter), new XAttribute("value", value))), Patience, cancel);
        return answer.IsSuccess ? new(new Dictionary<string, string>(), null) : Refused(answer);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => client.DisposeAsync();

    private static XElement Node(XNamespace ns, NodeReference node) =>
        new(ns + "node", new XAttribute("nodeId", node.NodeId), new XAttribute("sourceId", node.SourceId));

    private static VisitorAnswer Refused(IqResult answer) =>
        new(new Dictionary<string, string>(), $"{answer.Error!.Condition}{(answer.Error.Text is { } text ? $" ({text})" : "")}");

    private async Task<VisitorAnswer> CollectAsync(string seqnr, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        var fields = new Dictionary<string, string>();
        await foreach (var stanza in client.Incoming.ReadAllAsync(patience.Token))
        {
            var part = stanza.Elements().FirstOrDefault(e => e.Name.Namespace == SensorData && (string?)e.Attribute("seqnr") == seqnr);
            if (part is null) continue;
            if (part.Name.LocalName == "failure") return new(fields, part.Value);

            foreach (var field in part.Descendants().Where(e => e.Attribute("name") is not null && e.Attribute("value") is not null))
                fields[(string)field.Attribute("name")!] = $"{(string)field.Attribute("value")!} {(string?)field.Attribute("unit")}".TrimEnd();
            if (part.Name.LocalName == "done" || (string?)part.Attribute("done") is "true" or "1") return new(fields, null);
        }

        throw new StepFailedException("the connection ended before the read-out was done");
    }
}
