using Edge.Things.Nodes;
using Edge.Things.Readings;
using Edge.Things.Registry;

namespace Edge.Portal.Views;

/// <summary>How far a shown value can be trusted.</summary>
public enum Freshness
{
    /// <summary>It is of now.</summary>
    Fresh,

    /// <summary>It is old, or its thing is silent.</summary>
    Late,

    /// <summary>There is no value.</summary>
    None,
}

/// <summary>A field as shown. <paramref name="Words"/> says how far the value can be trusted, and why there is none.</summary>
public sealed record FieldView(string Name, string Label, string Value, Freshness Freshness, string Words);

/// <summary>A parameter as shown; <paramref name="Current"/> is its value where the thing tells it.</summary>
public sealed record ControlView(ParameterDefinition Definition, string Label, FieldValue? Current);

/// <summary>A thing as shown to its owner. <paramref name="State"/> is null for a thing that is not a node of this gateway, or not listed by its bus.</summary>
public sealed record ThingView(string Key, Thing Thing, NodeState? State, IReadOnlyList<FieldView> Fields, IReadOnlyList<ControlView> Parameters)
{
    /// <summary>The page of the thing.</summary>
    public string Path => "/things/" + Key;

    /// <summary>How the thing is, in a word or two.</summary>
    public string StateWords { get; init; } = "";

    /// <summary>The class of the state's mark: online, offline, faulty or unknown.</summary>
    public string StateClass => State switch
    {
        NodeState.Online => "online",
        NodeState.Offline => "offline",
        NodeState.Faulty => "faulty",
        _ => "unknown",
    };
}
