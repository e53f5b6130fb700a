using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Edge.Benchmarks.Load;

/// <summary>Non-blocking TCP sockets to a port of this machine.</summary>
internal static unsafe class LoopbackSocket
{
    private const uint Loopback = 0x7F000001;
    private const int SourceAddresses = 250;

    private static int _source;

    /// <summary>Begins to connect. Each call takes the next of 250 source addresses (127.0.1.x): one address has 28,000 ports, and a closed connection keeps
    /// its own for a minute.</summary>
    public static int Connect(int port)
    {
        var socket = Libc.Socket(Libc.AfInet, Libc.SockStream | Libc.SockNonBlocking | Libc.SockCloseOnExec, 0);
        if (socket < 0) throw Libc.Fault("socket");

        Enable(socket, Libc.IpProtoTcp, Libc.TcpNoDelay);
        Enable(socket, Libc.IpProtoIp, Libc.IpBindAddressNoPort);
        var source = Address(Loopback + 0x100 + (uint)(_source++ % SourceAddresses), 0);
        if (Libc.Bind(socket, &source, (uint)sizeof(Libc.InternetAddress)) < 0) throw Libc.Fault("bind");

        var target = Address(Loopback, port);
        if (Libc.Connect(socket, &target, (uint)sizeof(Libc.InternetAddress)) < 0 && Marshal.GetLastPInvokeError() != Libc.InProgress)
            throw Libc.Fault("connect");
        return socket;
    }

    /// <summary>Takes what has arrived: its length, 0 at the end of the stream, -1 where there is nothing now.</summary>
    public static int Receive(int socket, Span<byte> into)
    {
        fixed (byte* start = into)
        {
            var count = (int)Libc.Receive(socket, start, (nuint)into.Length, 0);
            return count >= 0 ? count : NothingNow("recv");
        }
    }

    /// <summary>Gives the kernel what it takes: how much that was.</summary>
    public static int Send(int socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            var count = (int)Libc.Send(socket, start, (nuint)bytes.Length, Libc.MsgNoSignal);
            return count >= 0 ? count : NothingNow("send") + 1;
        }
    }

    private static int NothingNow(string call) =>
        Marshal.GetLastPInvokeError() is Libc.Again or Libc.Interrupted ? -1 : throw Libc.Fault(call);

    private static void Enable(int socket, int level, int name)
    {
        var on = 1;
        if (Libc.SetSocketOption(socket, level, name, &on, sizeof(int)) < 0) throw Libc.Fault("setsockopt");
    }

    private static Libc.InternetAddress Address(uint address, int port) => new()
    {
        Family = Libc.AfInet,
        Port = BinaryPrimitives.ReverseEndianness((ushort)port),
        Address = BinaryPrimitives.ReverseEndianness(address),
    };
}
