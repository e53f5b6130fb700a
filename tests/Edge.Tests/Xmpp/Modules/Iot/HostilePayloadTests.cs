using System.Xml.Linq;

using Edge.Tests.Things;
using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Xmpp.Modules;

namespace Edge.Tests.Xmpp.Modules.Iot;

/// <summary>Mutated payloads: whatever comes, there is an answer, no exception, and nothing that was not allowed happens.</summary>
public sealed class HostilePayloadTests
{
    private const int Rounds = 400;
    private const string Stranger = "mallory@edge.local/x";

    private static readonly (IqType Type, string To, string Payload)[] Seeds =
    [
        (IqType.Get, IotHost.Concentrator, "<req xmlns='urn:xmpp:iot:sensordata' seqnr='1' momentary='true' from='2026-05-01T12:00:00Z' serviceToken='S'><node nodeId='s1' sourceId='bus'/><field name='temperature'/></req>"),
        (IqType.Get, IotHost.Concentrator, "<req xmlns='urn:nf:iot:sd:1.0' id='a' m='true' when='2026-05-01T12:30:00Z'><nd id='s1' src='bus'/><f n='temperature'/></req>"),
        (IqType.Get, IotHost.Concentrator, "<cancel xmlns='urn:xmpp:iot:sensordata' seqnr='1'/>"),
        (IqType.Set, IotHost.Concentrator, "<set xmlns='urn:xmpp:iot:control' xml:lang='en'><node nodeId='s1'/><boolean name='led' value='true'/><int name='interval' value='5'/><double name='target' value='1.5'/><duration name='delay' value='PT1S'/><dateTime name='alarm' value='2026-05-02T07:00:00'/></set>"),
        (IqType.Set, IotHost.Concentrator, "<set xmlns='urn:nf:iot:ctr:1.0'><nd id='s1'/><b n='led' v='true'/><x xmlns='jabber:x:data' type='submit'><field var='target'><value>1</value></field></x></set>"),
        (IqType.Get, IotHost.Concentrator, "<getForm xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><node nodeId='s2'/></getForm>"),
        (IqType.Get, IotHost.ProvisioningService, "<isFriend xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local'/>"),
        (IqType.Get, IotHost.ProvisioningService, "<canRead xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' momentary='true'><node nodeId='n'/><field name='f'/></canRead>"),
        (IqType.Get, IotHost.ProvisioningService, "<canControl xmlns='urn:nf:iot:prov:d:1.0' jid='visitor@edge.local'><nd id='n'/><parameter name='p'/></canControl>"),
        (IqType.Set, IotHost.ProvisioningService, "<canReadRule xmlns='urn:nf:iot:prov:o:1.0' jid='concentrator.edge.local' remoteJid='visitor@edge.local' key='k' result='true'><partial all='true'><f n='a'/></partial><fromJid/></canReadRule>"),
        (IqType.Set, IotHost.RegistryService, "<mine xmlns='urn:xmpp:iot:discovery' public='true'><str name='NAME' value='Sensor s1'/><str name='KEY' value='key-of-s1'/></mine>"),
        (IqType.Set, IotHost.RegistryService, "<update xmlns='urn:xmpp:iot:discovery' jid='concentrator.edge.local' nodeId='s1' sourceId='bus'><str name='NAME' value='Mine'/></update>"),
        (IqType.Set, IotHost.RegistryService, "<disown xmlns='urn:nf:iot:disco:1.0' jid='concentrator.edge.local' id='s1' src='bus'/>"),
        (IqType.Get, IotHost.RegistryService, "<search xmlns='urn:xmpp:iot:discovery' offset='0' maxCount='5'><strMask name='SN' value='3*' wildcard='*'/><numRange name='V' min='1' max='2'/></search>"),
    ];

    private static readonly string[] Values =
    [
        "", " ", "true", "-1", "2147483648", "99999999999999999999", "1e400", "NaN", "0x1F", "\u202E", "🌡", "@", "a@b/c/d", "é", "'\"<>&", "../../x",
        "P1Y2M3DT4H5M6S", "9999-12-31T23:59:59.9999999-14:00", "0001-01-01T00:00:00+14:00", "24:00:00", new('A', 5000),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Mutated_requests_of_a_stranger_are_answered_and_change_nothing(int seed)
    {
        var storage = new DictionaryStorage();
        await using var host = await IotHost.StartAsync(storage);
        await host.AllowAsync(await host.OwnAsync("s1"), Operation.Read, "temperature");
        await host.OwnAsync("s2");
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var (type, to, payload) = Seeds[round % Seeds.Length];
            var mutant = Mutate(XElement.Parse(payload), random);

            var answer = await host.RequestAsync(type, Stranger, to, mutant);

            if (answer.Error is { } error) Assert.Contains(error.Type, (string[])["modify", "cancel", "auth", "wait"]);
            AssertWritable(answer);
            await host.MessageAsync(Stranger, to, mutant.ToString());
        }

        Assert.Empty(host.Bus.Controls);
        Assert.Empty(host.Bus.Reads);
        Assert.Empty(host.Registry.OwnedBy(Jid.Parse(Stranger)));
        Assert.Equal(["Sensor s1", "Sensor s2"], host.Registry.OwnedBy(Jid.Parse(IotHost.Owner)).Select(t => t.Name));
        Assert.Single(host.Provisioning.RulesOf(Jid.Parse(IotHost.Owner)));
        Assert.True(host.Provisioning.QuestionsFor(Jid.Parse(IotHost.Owner)).Count <= 4, "one question for each node and operation");
    }

    private static void AssertWritable(IqResult answer)
    {
        if (answer.Payload is { } payload) _ = XElement.Parse(payload.ToString());
        if (answer.Error?.Text is { } text) _ = XElement.Parse(new XElement("text", text).ToString());
        foreach (var detail in answer.Error?.Details ?? []) _ = XElement.Parse(detail.ToString());
    }

    private static XElement Mutate(XElement element, Random random)
    {
        // The names carry their namespaces; declarations would contradict names that change.
        element.DescendantsAndSelf().Attributes().Where(a => a.IsNamespaceDeclaration).Remove();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var all = element.DescendantsAndSelf().ToList();
            var target = all[random.Next(all.Count)];
            var attributes = target.Attributes().Where(a => !a.IsNamespaceDeclaration && a.Name.Namespace == XNamespace.None).ToList();
            switch (random.Next(7))
            {
                case 0 when attributes.Count > 0:
                    attributes[random.Next(attributes.Count)].Value = Values[random.Next(Values.Length)];
                    break;
                case 1 when attributes.Count > 0:
                    attributes[random.Next(attributes.Count)].Remove();
                    break;
                case 2 when target != element:
                    target.Remove();
                    break;
                case 3 when target != element:
                    for (var n = random.Next(1, 200); n > 0; n--) target.AddAfterSelf(new XElement(target));
                    break;
                case 4:
                    target.Add(new XElement(all[random.Next(all.Count)]));
                    break;
                case 5 when target != element:
                    target.Name = random.Next(2) == 0 ? target.Name.LocalName : target.Name.Namespace + "zzz";
                    break;
                default:
                    target.Add(new XText(Values[random.Next(Values.Length)]));
                    break;
            }
        }

        return element;
    }
}
