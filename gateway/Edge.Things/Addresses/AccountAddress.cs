namespace Edge.Things.Addresses;

/// <summary>Accounts are named by people in two ways: juliet, and juliet@edge.local.</summary>
public static class AccountAddress
{
    /// <summary>The name without the domain, where it is ours; else the text as it is, which no account is called.</summary>
    public static string NameOf(string text, string domain)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at >= 0 && text.AsSpan(at + 1).Equals(domain, StringComparison.OrdinalIgnoreCase) ? text[..at] : text;
    }
}
