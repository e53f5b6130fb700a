using System.Collections.Concurrent;
using System.Xml.Linq;

using Edge.Things;
using Edge.Things.Registry;
using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.ThingRegistry;

/// <summary>
/// Tells things on XMPP what became of them: <c>claimed</c>, <c>removed</c>, <c>disowned</c> (XEP-0347 §3.7, §3.8, §3.16), by whatever way
/// the owner did it. Nodes of our own concentrator hear of it in-process and are left out here.
/// </summary>
internal sealed partial class ThingTeller(
    IStanzaSender sender, IOptions<ThingRegistryOptions> options, IOptions<ThingsOptions> things, ILogger<ThingTeller> logger)
{
    private readonly ConcurrentDictionary<Jid, string> _namespaces = new();
    private readonly ConcurrentDictionary<ThingId, bool> _toldAlready = new();

    /// <summary>Notes the words that a thing, or its concentrator, uses.</summary>
    public void Heard(Iq iq)
    {
        if (_namespaces.Count < options.Value.MaxThingsOnline || _namespaces.ContainsKey(iq.From.Bare))
            _namespaces[iq.From.Bare] = iq.Payload.Name.NamespaceName;
    }

    /// <summary>True for a thing that has to be told by a stanza.</summary>
    public bool IsOnXmpp(ThingId thing) => thing.Jid.Local.Length > 0 && thing.Jid != things.Value.ConcentratorAddress;

    /// <summary>A thing was claimed. Returns at once; one that is away learns it when it registers again.</summary>
    public ValueTask ClaimedAsync(ThingClaimed claimed, CancellationToken cancel)
    {
        if (claimed.Thing.Owner is { } owner)
        {
            Begin(claimed.Thing.Id, "claimed", new XAttribute("jid", owner.Bare.ToString()),
                new XAttribute("public", claimed.Thing.IsPublic ? "true" : "false"));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>A thing was taken out of searches.</summary>
    public ValueTask RemovedAsync(ThingRemoved removed, CancellationToken cancel)
    {
        Begin(removed.Thing, "removed");
        return ValueTask.CompletedTask;
    }

    /// <summary>A thing was given up.</summary>
    public ValueTask DisownedAsync(ThingDisowned disowned, CancellationToken cancel)
    {
        if (!_toldAlready.ContainsKey(disowned.Thing)) Begin(disowned.Thing, "disowned");
        return ValueTask.CompletedTask;
    }

    /// <summary>Tells a thing that it is given up; false where it does not acknowledge that.</summary>
    public ValueTask<bool> IsDisowningAcknowledgedAsync(ThingId thing, CancellationToken cancel) => TellAsync(thing, "disowned", [], cancel);

    /// <summary>Does what makes a thing ownerless without telling it: it knows already.</summary>
    public async Task SilentlyAsync(ThingId thing, Func<Task> work)
    {
        _toldAlready[thing] = true;
        try
        {
            await work();
        }
        finally
        {
            _toldAlready.TryRemove(thing, out _);
        }
    }

    private void Begin(ThingId thing, string what, params XAttribute[] attributes)
    {
        if (IsOnXmpp(thing)) _ = RunAsync(thing, what, attributes);
    }

    private async Task RunAsync(ThingId thing, string what, XAttribute[] attributes)
    {
        try
        {
            var isAcknowledged = await TellAsync(thing, what, attributes, CancellationToken.None);
            LogTold(thing, what, isAcknowledged);
        }
#pragma warning disable CA1031 // Nobody awaits this.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogFailed(error, thing, what);
        }
    }

    private async ValueTask<bool> TellAsync(ThingId thing, string what, XAttribute[] attributes, CancellationToken cancel)
    {
        var ns = XNamespace.Get(_namespaces.GetValueOrDefault(thing.Jid) ?? IotArea.Discovery.Drafts[0].NamespaceName);
        var payload = new XElement(ns + what, attributes, NodeAttributes.Write(thing.Node, IotVocabulary.Of(ns)));
        foreach (var resource in sender.OnlineResources(thing.Jid))
        {
            var result = await sender.RequestAsync(
                IotAddress.Registry(sender), resource, IqType.Set, payload, TimeSpan.FromSeconds(options.Value.AcknowledgeSeconds), cancel);
            if (result.IsSuccess) return true;
        }

        return false;
    }

    [LoggerMessage(EventId = 3530, Level = LogLevel.Debug, Message = "{Thing} was told that it is {What}; acknowledged: {IsAcknowledged}")]
    private partial void LogTold(ThingId thing, string what, bool isAcknowledged);

    [LoggerMessage(EventId = 3531, Level = LogLevel.Error, Message = "{Thing} could not be told that it is {What}")]
    private partial void LogFailed(Exception error, ThingId thing, string what);
}
