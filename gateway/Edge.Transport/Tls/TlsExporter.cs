using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Edge.Transport.Tls;

/// <summary>
/// Keying material of a TLS connection (RFC 8446 §7.5). .NET has no way to it, but on Linux its TLS is OpenSSL's, which has: where the stream holds
/// OpenSSL's object in the way that we know, and the library that made it can be found for certain, it is asked. Anywhere else there is none.
/// </summary>
internal static class TlsExporter
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    private static readonly Lazy<nint> Function = new(FindFunction);

    /// <summary>Exports without a context, which in TLS 1.3 is the same as an empty one.</summary>
    /// <returns>Null where this platform does not let us.</returns>
    public static unsafe byte[]? TryExport(SslStream stream, ReadOnlySpan<byte> label, int length)
    {
        if (Function.Value == 0 || FindHandle(stream) is not { IsInvalid: false, IsClosed: false } handle) return null;

        var result = new byte[length];
        var isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            var export = (delegate* unmanaged[Cdecl]<nint, byte*, nuint, byte*, nuint, byte*, nuint, int, int>)Function.Value;
            fixed (byte* to = result, name = label)
            {
                // int SSL_export_keying_material(SSL *, unsigned char *out, size_t, const char *label, size_t, const unsigned char *context, size_t, int use_context)
                return export(handle.DangerousGetHandle(), to, (nuint)length, name, (nuint)label.Length, null, 0, 0) == 1 ? result : null;
            }
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            if (isHeld) handle.DangerousRelease();
        }
    }

    // SslStream._securityContext is, or holds, the SafeSslHandle.
    private static SafeHandle? FindHandle(SslStream stream)
    {
        var context = typeof(SslStream).GetField("_securityContext", Hidden)?.GetValue(stream);
        if (context?.GetType().Name == "SafeSslHandle") return context as SafeHandle;
        var held = context?.GetType().GetProperty("SslContext", Hidden)?.GetValue(context);
        return held?.GetType().Name == "SafeSslHandle" ? held as SafeHandle : null;
    }

    // The very library that .NET has loaded: another one would not understand its objects.
    private static nint FindFunction()
    {
        try
        {
            if (!OperatingSystem.IsLinux()) return 0;
            string[] loaded = [.. File.ReadLines("/proc/self/maps").Select(l => l[(l.LastIndexOf(' ') + 1)..])
                .Where(f => Path.GetFileName(f).StartsWith("libssl.so", StringComparison.Ordinal)).Distinct()];
            return loaded.Length == 1 && NativeLibrary.TryLoad(loaded[0], out var library)
                && NativeLibrary.TryGetExport(library, "SSL_export_keying_material", out var function) ? function : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
