namespace Edge.Portal.Security;

/// <summary>Where to go after signing in. Only a path of this portal is followed, so that a link to the sign-in page cannot lead away from it.</summary>
internal static class ReturnPath
{
    public const string Home = "/";
    private const int MaxLength = 4096; // a claim link with every tag of XEP-0347 fits

    /// <summary><paramref name="path"/> where it is a local path, else the start page. Browsers take "//host" and "/\host" for another host, and
    /// drop tabs and line ends before they look.</summary>
    public static string Safe(string? path) => path is { Length: > 0 and <= MaxLength } && IsLocal(path) ? path : Home;

    private static bool IsLocal(string path) =>
        path[0] == '/' && (path.Length == 1 || path[1] is not ('/' or '\\')) && !path.Any(char.IsControl);
}
