namespace Edge.Conformance.Mqtt;

/// <summary>One client of a scene.</summary>
internal interface IScriptActor : IDisposable
{
    /// <summary>Plays one line; null where it went as written, otherwise what was heard.</summary>
    Task<string?> PlayAsync(string verb, string what);
}
