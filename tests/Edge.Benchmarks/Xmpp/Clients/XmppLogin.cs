namespace Edge.Benchmarks.Xmpp.Clients;

/// <summary>Who a client is, and how it connects.</summary>
/// <param name="Domain">The server's domain.</param>
/// <param name="User">The account.</param>
/// <param name="Password">Its password.</param>
/// <param name="IsEncrypted">Whether it uses STARTTLS.</param>
/// <param name="IsOnline">Whether it asks for its roster and sends presence before it is ready, as people's clients do.</param>
internal sealed record XmppLogin(string Domain, string User, string Password, bool IsEncrypted, bool IsOnline = true);
