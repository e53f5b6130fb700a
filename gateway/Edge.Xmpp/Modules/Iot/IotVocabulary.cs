using System.Xml.Linq;

using Edge.Things.Readings;

namespace Edge.Xmpp.Modules.Iot;

/// <summary>The words that the areas share, once for the XSF drafts (XEP-0323 to XEP-0347) and once for their successors.</summary>
internal sealed record IotVocabulary
{
    /// <summary>The words of the XSF drafts.</summary>
    public static IotVocabulary Drafts { get; } = new()
    {
        Node = "node",
        NodeId = "nodeId",
        SourceId = "sourceId",
        Partition = "cacheType",
        Field = "field",
        Name = "name",
        Value = "value",
        RequestId = "seqnr",
        Writable = "writable",
        ServiceToken = "serviceToken",
        DeviceToken = "deviceToken",
        UserToken = "userToken",
        Categories =
        [
            new("momentary", FieldCategories.Momentary), new("peak", FieldCategories.Peak), new("status", FieldCategories.Status),
            new("computed", FieldCategories.Computed), new("identity", FieldCategories.Identity),
            new("historicalOther", FieldCategories.Historical), new("historical", FieldCategories.Historical),
            new("historicalSecond", FieldCategories.Historical), new("historicalMinute", FieldCategories.Historical),
            new("historicalHour", FieldCategories.Historical), new("historicalDay", FieldCategories.Historical),
            new("historicalWeek", FieldCategories.Historical), new("historicalMonth", FieldCategories.Historical),
            new("historicalQuarter", FieldCategories.Historical), new("historicalYear", FieldCategories.Historical),
            new("all", FieldCategories.All),
        ],
        Qualities =
        [
            new("missing", Quality.Missing), new("inProgress", Quality.InProgress), new("automaticEstimate", Quality.AutomaticEstimate),
            new("manualEstimate", Quality.ManualEstimate), new("manualReadout", Quality.ManualReadout),
            new("automaticReadout", Quality.AutomaticReadout), new("timeOffset", Quality.TimeOffset), new("warning", Quality.Warning),
            new("error", Quality.Error),
        ],
    };

    /// <summary>The words of the three later spellings.</summary>
    public static IotVocabulary Standard { get; } = new()
    {
        Node = "nd",
        NodeId = "id",
        SourceId = "src",
        Partition = "pt",
        Field = "f",
        Name = "n",
        Value = "v",
        RequestId = "id",
        Writable = "ctr",
        ServiceToken = "st",
        DeviceToken = "dt",
        UserToken = "ut",
        Categories =
        [
            new("m", FieldCategories.Momentary), new("p", FieldCategories.Peak), new("s", FieldCategories.Status),
            new("c", FieldCategories.Computed), new("i", FieldCategories.Identity), new("h", FieldCategories.Historical),
            new("all", FieldCategories.All),
        ],
        Qualities =
        [
            new("ms", Quality.Missing), new("pr", Quality.InProgress), new("ae", Quality.AutomaticEstimate),
            new("me", Quality.ManualEstimate), new("mr", Quality.ManualReadout), new("ar", Quality.AutomaticReadout),
            new("of", Quality.TimeOffset), new("w", Quality.Warning), new("er", Quality.Error),
        ],
    };

    /// <summary>The element that refers to a node.</summary>
    public required string Node { get; init; }

    /// <summary>The attribute with the id of a node.</summary>
    public required string NodeId { get; init; }

    /// <summary>The attribute with the id of its data source.</summary>
    public required string SourceId { get; init; }

    /// <summary>The attribute with its partition.</summary>
    public required string Partition { get; init; }

    /// <summary>The element that names a field.</summary>
    public required string Field { get; init; }

    /// <summary>The attribute with a name.</summary>
    public required string Name { get; init; }

    /// <summary>The attribute with a value.</summary>
    public required string Value { get; init; }

    /// <summary>The attribute that ties messages to a request.</summary>
    public required string RequestId { get; init; }

    /// <summary>The attribute of a field that can be set, too.</summary>
    public required string Writable { get; init; }

    /// <summary>The attribute with service tokens.</summary>
    public required string ServiceToken { get; init; }

    /// <summary>The attribute with device tokens.</summary>
    public required string DeviceToken { get; init; }

    /// <summary>The attribute with user tokens.</summary>
    public required string UserToken { get; init; }

    /// <summary>The attributes of field categories; where several mean the same, the first is the one to write.</summary>
    public required IReadOnlyList<Word<FieldCategories>> Categories { get; init; }

    /// <summary>The attributes of qualities.</summary>
    public required IReadOnlyList<Word<Quality>> Qualities { get; init; }

    /// <summary>True for the words of the XSF drafts.</summary>
    public bool IsDrafts => ReferenceEquals(this, Drafts);

    /// <summary>The vocabulary of a namespace.</summary>
    public static IotVocabulary Of(XNamespace ns) =>
        ns.NamespaceName.StartsWith("urn:xmpp:", StringComparison.Ordinal) ? Drafts : Standard;
}

/// <summary>A word on the wire and what it means.</summary>
internal readonly record struct Word<T>(string Text, T Meaning);
