using System.Collections.Concurrent;
using System.Xml.Linq;

using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Provisioning;

/// <summary>Tells devices to forget cached answers, again and again until they acknowledge (XEP-0324 §3.5.1), and of friends won and lost (§3.2.3).</summary>
internal sealed partial class CacheClearing(
    DeviceBook book, IStanzaSender sender, IOptions<ProvisioningOptions> options, IOptions<ThingsOptions> things, ILogger<CacheClearing> logger)
{
    private readonly ConcurrentDictionary<Jid, bool> _underWay = new();

    /// <summary>Takes in that answers about a thing may have changed. Nodes of our own concentrator hear of it on their own bus.</summary>
    public async ValueTask ChangedAsync(RulesChanged changed, CancellationToken cancel)
    {
        var device = changed.Thing.Jid;
        if (device.Local.Length == 0 || device == things.Value.ConcentratorAddress) return;

        await book.MarkAsync(device, cancel);
        await TellFriendAsync(changed, cancel);
        Begin(device);
    }

    /// <summary>Tells a device that is online, if it has anything to clear; <paramref name="resource"/> is where it was just seen. Returns at once.</summary>
    public void Begin(Jid device, Jid? resource = null)
    {
        if (book.Find(device) is { MustClearCache: true } && _underWay.TryAdd(device.Bare, true)) _ = RunAsync(device.Bare, resource);
    }

    private async Task RunAsync(Jid device, Jid? resource)
    {
        var tried = 0L;
        try
        {
            while (book.Find(device) is { MustClearCache: true } entry)
            {
                tried = entry.Changes;
                if (!await IsAcknowledgedAsync(entry, resource)) break;

                await book.ClearedAsync(device, entry.Changes, CancellationToken.None);
            }
        }
#pragma warning disable CA1031 // Nobody awaits this: it is logged, and tried again at the next turn.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogFailed(error, device);
        }
        finally
        {
            _underWay.TryRemove(device, out _);
            // A change that came in at the very end found this one under way.
            if (book.Find(device) is { MustClearCache: true } entry && entry.Changes != tried) Begin(device, resource);
        }
    }

    private async Task<bool> IsAcknowledgedAsync(Device device, Jid? seen)
    {
        var resources = seen is null ? sender.OnlineResources(device.Jid) : [seen];
        var payload = new XElement(Namespace(device) + "clearCache");
        var results = await Task.WhenAll(resources.Select(resource => sender.RequestAsync(
            IotAddress.Provisioning(sender), resource, IqType.Set, payload, TimeSpan.FromSeconds(options.Value.AcknowledgeSeconds)).AsTask()));
        var isAcknowledged = results.Any(r => r.IsSuccess);
        if (results.Length > 0) LogTold(device.Jid, isAcknowledged);
        return isAcknowledged;
    }

    private async ValueTask TellFriendAsync(RulesChanged changed, CancellationToken cancel)
    {
        // Only who asked whom to befriend is told of friends, and only a rule about one person names somebody.
        if (changed.Rule is not { Operation: Operation.Befriend, Subject: { Kind: SubjectKind.Caller } subject } rule
            || book.Find(changed.Thing.Jid) is not { AsksForFriends: true } device)
            return;

        var word = rule.Allows.IsEmpty ? "unfriend" : "friend";
        await sender.SendAsync(IotAddress.Provisioning(sender), device.Jid,
            IotStanza.Message(new XElement(Namespace(device) + word, new XAttribute("jid", subject.Value))), cancel);
    }

    // A device that never asked here is spoken to in the words of the XSF draft, XEP-0324.
    private static XNamespace Namespace(Device device) =>
        device.Namespace.Length > 0 ? XNamespace.Get(device.Namespace) : IotArea.DeviceProvisioning.Drafts[0];

    [LoggerMessage(EventId = 3520, Level = LogLevel.Debug, Message = "{Device} was told to clear its cache; acknowledged: {IsAcknowledged}")]
    private partial void LogTold(Jid device, bool isAcknowledged);

    [LoggerMessage(EventId = 3521, Level = LogLevel.Error, Message = "{Device} could not be told to clear its cache")]
    private partial void LogFailed(Exception error, Jid device);
}
