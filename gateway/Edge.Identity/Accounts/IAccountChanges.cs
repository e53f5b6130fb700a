namespace Edge.Identity.Accounts;

/// <summary>Counts what makes an account another: for servers to see whether one changed while a client was signing in.</summary>
public interface IAccountChanges
{
    /// <summary>Grows with every changed password and every account that is disabled or removed.</summary>
    long Count { get; }
}
