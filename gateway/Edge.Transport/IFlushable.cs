namespace Edge.Transport;

/// <summary>Something that collects, and sends when its <see cref="FlushBatch"/> ends.</summary>
internal interface IFlushable
{
    /// <summary>Sends what waits, unless somebody does.</summary>
    void Flush();
}
