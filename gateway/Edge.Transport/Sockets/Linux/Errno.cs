using System.Runtime.InteropServices;

namespace Edge.Transport.Sockets.Linux;

/// <summary>Why a call failed.</summary>
internal static class Errno
{
    public const int Interrupted = 4; // EINTR
    public const int Again = 11; // EAGAIN, EWOULDBLOCK

    private const int NoMemory = 12; // ENOMEM
    private const int TooManyInSystem = 23; // ENFILE
    private const int TooManyInProcess = 24; // EMFILE
    private const int NoBuffers = 105; // ENOBUFS

    /// <summary>The error of this thread's last call.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>True where there is nothing wrong but a lack of room, which passes.</summary>
    public static bool IsShortage(int error) => error is NoMemory or TooManyInSystem or TooManyInProcess or NoBuffers;

    /// <summary>The error in words.</summary>
    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);
}
