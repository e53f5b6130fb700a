namespace Edge.Xmpp;

/// <summary>Secrets as the configuration gives them.</summary>
internal static class SecretText
{
    /// <summary>The secret itself, or what its file holds now; a line end behind it does not count.</summary>
    public static string Read(string secret, string file) => file.Length > 0 ? File.ReadAllText(file).TrimEnd('\r', '\n') : secret;
}
