using Edge.Storage;
using Edge.Storage.Memory;

namespace Edge.Tests.Storage.Memory;

public sealed class MemoryStorageTests : StorageTests
{
    protected override IStorage Storage { get; } = new MemoryStorage();

    public override ValueTask DisposeAsync() => Storage.DisposeAsync();
}
