namespace Edge.Storage.Log;

/// <summary>Who waits until what was posted to a log is safe.</summary>
public interface ILogWaiter
{
    /// <summary>Called once, in the order of posting, on the log's own thread, which does nothing else meanwhile: be quick, and do no I/O here.</summary>
    /// <param name="error">Null: it would survive a power cut. Otherwise the reason why none of it is stored.</param>
    void OnCommitted(Exception? error);
}
