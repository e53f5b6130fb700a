using System.Collections.Immutable;

namespace Edge.Mqtt.Topics;

/// <summary>The members of a shared subscription. They take turns, fairly: each message starts one further than the last.</summary>
internal sealed class SharedGroup<T>(string name) where T : class
{
    private uint _turn;

    public string Name { get; } = name;

    /// <summary>Changed under the tree's lock, read without.</summary>
    public ImmutableArray<Subscription<T>> Members { get; set; } = [];

    /// <summary>Where to begin to look for a member that can take the next message; go on round the members from there.</summary>
    public int NextTurn(int members) => (int)(Interlocked.Increment(ref _turn) % (uint)members);
}
