namespace Edge.Identity.Sasl;

/// <summary>Says whether every account has keys for a mechanism. A client takes the strongest that is offered, before it says who it is, and many try no other:
/// what some accounts have no keys for must not be offered to any.</summary>
public interface IScramCoverage
{
    /// <summary>True where all have.</summary>
    bool IsComplete(ScramMechanism mechanism);
}
