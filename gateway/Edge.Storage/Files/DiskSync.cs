using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

namespace Edge.Storage.Files;

/// <summary>
/// Waits until bytes, or the names in a folder, are on the disk. The framework's own flush is fsync(2), which also writes the file's times: on a
/// journalling file system that is a second write for every commit. fdatasync(2) leaves them out.
/// </summary>
internal static partial class DiskSync
{
    private const int ReadOnly = 0;
    private const int Interrupted = 4; // EINTR

    /// <summary>Flushes what was written to the file.</summary>
    /// <exception cref="IOException">The disk did not take it.</exception>
    public static void Data(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux()) RandomAccess.FlushToDisk(file);
        else
        {
            while (FlushData(file) != 0) ThrowUnlessInterrupted("fdatasync");
        }
    }

    /// <summary>Makes created, renamed and removed names durable. (Windows does so by itself.)</summary>
    /// <exception cref="IOException">The disk did not take it.</exception>
    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows()) return;

        using var folder = Open(path, ReadOnly);
        if (folder.IsInvalid) throw Error("open");
        while (Flush(folder) != 0) ThrowUnlessInterrupted("fsync");
    }

    private static void ThrowUnlessInterrupted(string call)
    {
        if (Marshal.GetLastPInvokeError() != Interrupted) throw Error(call);
    }

    private static IOException Error(string name)
    {
        var error = Marshal.GetLastPInvokeError();
        return new($"{name}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FlushData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
