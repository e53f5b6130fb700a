#nullable enable
using Edge.TestKit;

namespace SensorNode.Tests;

/// <summary>A folder of one test's own. On a device it would be one on the internal drive.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public string Path => _folder.Path;

    public void Dispose() => _folder.Dispose();
}
