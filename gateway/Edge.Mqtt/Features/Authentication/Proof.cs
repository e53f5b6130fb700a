using Edge.Identity.Tokens;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>What the identity of a live session rests on, so that it can be looked at again.</summary>
internal sealed class Proof
{
    private int _isChecking;

    /// <summary>The claims of the token; null where there was none.</summary>
    public TokenClaims? Claims { get; set; }

    /// <summary>The token itself, where only its issuer can say whether it still holds.</summary>
    public string? Token { get; init; }

    /// <summary>What chose the endpoint for that.</summary>
    public string? UserName { get; init; }

    /// <summary>The account, by its name in lower case; null where there was none.</summary>
    public string? Account { get; init; }

    /// <summary>When it was shown.</summary>
    public DateTimeOffset MadeAt { get; init; }

    /// <summary>When to look again; null for never.</summary>
    public DateTimeOffset? CheckAt { get; set; }

    /// <summary>Begins a look; false where one runs.</summary>
    public bool TryBeginCheck() => Interlocked.Exchange(ref _isChecking, 1) == 0;

    /// <summary>The look is over.</summary>
    public void EndCheck() => Volatile.Write(ref _isChecking, 0);
}
