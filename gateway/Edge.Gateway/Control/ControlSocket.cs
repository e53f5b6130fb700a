using System.Net.Sockets;

using Edge.Gateway.Configuration;

using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Edge.Gateway.Control;

/// <summary>
/// The Unix socket on which commands reach the gateway that runs: in the data folder, in a folder that only the service's user may enter, so that
/// the kernel says who may give orders and there is no further secret to keep. Two processes never share the data itself.
/// </summary>
internal static class ControlSocket
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int MostPathBytes = 104; // sockaddr_un: 104 bytes on macOS, 108 on Linux, with the zero at the end

    /// <summary>Where it is for a data folder.</summary>
    public static string PathIn(string dataFolder) => Path.Combine(Path.GetFullPath(dataFolder), "control", "socket");

    /// <summary>Listens; requests that come in here, and no others, are <see cref="IsControl"/>.</summary>
    /// <returns>Null, or why there is none, with the remedy.</returns>
    public static string? Listen(KestrelServerOptions kestrel, string dataFolder)
    {
        var path = PathIn(dataFolder);
        if (System.Text.Encoding.UTF8.GetByteCount(path) >= MostPathBytes)
            return $"Commands such as 'token issue' cannot reach this gateway: {path} is too long for a socket. Give a shorter gateway:dataFolder.";

        var folder = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly);
            File.SetUnixFileMode(folder, OwnerOnly); // it may have been there with other rights
        }

        kestrel.ListenUnixSocket(path, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection =>
            {
                connection.Features.Set(Mark.Instance);
                return next(connection);
            });
        });
        return null;
    }

    /// <summary>True for a request that came in over this socket.</summary>
    public static bool IsControl(HttpContext http) => http.Features.Get<Mark>() is not null;

    /// <summary>Makes room before the start: a gateway that was killed leaves its socket behind; one that answers is alive.</summary>
    /// <exception cref="ConfigurationException">Another gateway answers there.</exception>
    public static void MakeRoom(string dataFolder)
    {
        var path = PathIn(dataFolder);
        if (!File.Exists(path)) return;

        try
        {
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }

        throw new ConfigurationException([$"gateway:dataFolder: another gateway answers at {path}: stop it, or give this one another data folder."]);
    }

    private sealed class Mark
    {
        public static readonly Mark Instance = new();
    }
}
