using Edge.Things;
using Edge.Things.Addresses;

using Microsoft.Extensions.Options;

namespace Edge.Gateway.Control;

/// <summary>Accounts as operators type them: juliet, or juliet@edge.local.</summary>
internal sealed class AccountNames(IOptions<ThingsOptions> things)
{
    /// <summary>The name in lower case; an address elsewhere stays one, and is nobody's.</summary>
    public string Of(string text) => AccountAddress.NameOf(text.Trim(), things.Value.Domain).ToLowerInvariant();
}
