using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Edge.Transport.Sockets.Linux;

/// <summary>What can happen to a descriptor; the kernel's bits.</summary>
[Flags]
internal enum EpollEvents : uint
{
    None = 0,
    Readable = 0x1,
    Writable = 0x4,
    Error = 0x8,
    HangUp = 0x10,
}

/// <summary>The descriptors that a thread waits for. Changes may come from any thread; <see cref="Wait"/> and what it found belong to one.</summary>
internal sealed unsafe class EpollSet : IDisposable
{
    private const int MaxEvents = 512;

    // struct epoll_event { uint32_t events; uint64_t data; } is packed on x86-64 only; 32-bit x86 aligns 64 bits at 4 anyway.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;
    private static readonly int EventSize = DataOffset + sizeof(ulong);

    private readonly int _epoll;
    private readonly byte* _events;

    public EpollSet()
    {
        _epoll = Native.EpollCreate(Native.CloseOnExec);
        if (_epoll < 0) throw new IOException($"epoll_create1: {Errno.Describe(Errno.Last)}");
        _events = (byte*)NativeMemory.AllocZeroed((nuint)(MaxEvents * EventSize));
    }

    /// <summary>True where epoll can be used: Linux on an architecture whose numbers are known, with a libc that has the calls.</summary>
    public static bool IsSupported { get; } = Probe();

    /// <summary>Waits for events.</summary>
    /// <param name="milliseconds">0 does not wait; -1 waits for as long as it takes.</param>
    /// <returns>How many there are.</returns>
    public int Wait(int milliseconds) => Math.Max(0, Native.EpollWait(_epoll, _events, MaxEvents, milliseconds)); // it fails only when a signal comes

    /// <summary>What happened.</summary>
    public EpollEvents EventsOf(int index) => (EpollEvents)Unsafe.ReadUnaligned<uint>(_events + (index * EventSize));

    /// <summary>To whom: the token given with the descriptor.</summary>
    public ulong TokenOf(int index) => Unsafe.ReadUnaligned<ulong>(_events + (index * EventSize) + DataOffset);

    /// <exception cref="IOException">The kernel's limit of watched descriptors is reached.</exception>
    public void Add(int fd, EpollEvents events, ulong token) => Control(Native.ControlAdd, fd, events, token);

    public void Modify(int fd, EpollEvents events, ulong token) => Control(Native.ControlModify, fd, events, token);

    public void Remove(int fd) => Control(Native.ControlDelete, fd, EpollEvents.None, 0);

    public void Dispose()
    {
        _ = Native.Close(_epoll);
        NativeMemory.Free(_events);
    }

    private void Control(int operation, int fd, EpollEvents events, ulong token)
    {
        var change = stackalloc byte[16];
        Unsafe.WriteUnaligned(change, (uint)events);
        Unsafe.WriteUnaligned(change + DataOffset, token);
        if (Native.EpollControl(_epoll, operation, fd, change) < 0) throw new IOException($"epoll_ctl: {Errno.Describe(Errno.Last)}");
    }

    private static bool Probe()
    {
        if (!OperatingSystem.IsLinux() || !BitConverter.IsLittleEndian) return false;
        if (RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.X86 or Architecture.Arm64 or Architecture.Arm or Architecture.RiscV64))
            return false;

        try
        {
            using var set = new EpollSet();
            var fd = Native.EventFd(1, Native.CloseOnExec | Native.NonBlocking);
            if (fd < 0) return false;
            try
            {
                const ulong token = 0x0123_4567_89AB_CDEF;
                set.Add(fd, EpollEvents.Readable, token);
                return set.Wait(0) == 1 && set.TokenOf(0) == token && set.EventsOf(0) == EpollEvents.Readable;
            }
            finally
            {
                _ = Native.Close(fd);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or IOException)
        {
            return false;
        }
    }
}
