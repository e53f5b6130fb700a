using System.Globalization;

using Edge.Things.Registry;
using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.ThingRegistry;

/// <summary>XEP-0347 §3.14: anybody finds claimed things that their owners have made public.</summary>
[Xep(347, "0.5", Note = "Search by tags, a page at a time; texts compare without regard to case.")]
internal sealed class SearchModule(IThingRegistry registry, IOptions<ThingRegistryOptions> options, IOptions<IotOptions> limits) : IXmppModule
{
    /// <inheritdoc/>
    public void Configure(XmppModuleBuilder xmpp)
    {
        xmpp.OnRegistry();
        foreach (var ns in IotArea.Discovery.All) xmpp.OnIqGet(ns + "search", Search);
    }

    private ValueTask<IqResult> Search(Iq iq, CancellationToken cancel)
    {
        if (!TryReadNumber(iq, "offset", 0, out var offset) || !TryReadNumber(iq, "maxCount", options.Value.MaxFound, out var count))
            return new(IotError.BadRequest("The attributes offset and maxCount are whole numbers from 0."));

        var conditions = iq.Payload.Elements().Take(limits.Value.MaxNamesPerRequest + 1).Select(ThingCondition.TryRead).ToList();
        if (conditions.Count == 0 || conditions.Count > limits.Value.MaxNamesPerRequest || conditions.Contains(null))
        {
            return new(IotError.BadRequest(string.Create(CultureInfo.InvariantCulture,
                $"A search needs 1 to {limits.Value.MaxNamesPerRequest} operators such as strEq, strMask or numRange (xmpp:iot:maxNamesPerRequest).")));
        }

        count = Math.Min(count, options.Value.MaxFound);
        var found = registry.All
            .Where(t => t is { IsPublic: true, Owner: not null } && conditions.TrueForAll(c => c!.Holds(t)))
            .OrderBy(t => t.Id.ToString(), StringComparer.Ordinal)
            .Skip(offset).Take(count + 1).ToList();
        return new(ThingsFound.Write(iq.Payload.Name.Namespace, found.Take(count), hasMore: found.Count > count));
    }

    private static bool TryReadNumber(Iq iq, string name, int absent, out int value)
    {
        value = absent;
        return iq.Payload.Attribute(name)?.Value is not { } text || (XmlValue.TryInt(text, out value) && value >= 0);
    }
}
