"""A Modbus TCP device made with pymodbus, somebody else's implementation.

Unit 1 is a meter; unit 2 is not there and never answers; unit 3 has other values. Prints its port when it listens, and ends when its standard
input does, so that it cannot outlive the test.
"""
import asyncio
import struct
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server import StartAsyncTcpServer


def registers(layout, *values):
    """The registers that hold these values, high word first."""
    data = struct.pack(">" + layout, *values)
    return list(struct.unpack(f">{len(data) // 2}H", data))


def block(parts):
    """A block with values from each of these addresses on, and nothing in between."""
    return ModbusSparseDataBlock({address + i: value for address, values in parts.items() for i, value in enumerate(values)})


def meter():
    current = registers("f", 3.25)
    return ModbusSlaveContext(
        co=block({0: [True, False]}),
        di=block({0: [False, True, True, False]}),
        ir=block({
            0: registers("f", 230.5),
            2: current[::-1],  # low word first, as many meters do
            4: registers("i", -70000),
            6: registers("h", -215),
            7: registers("Q", 2**40),
            20: registers("8s", b"PYM-0001"),
            # nothing at 40: exception 2 for who reads it, alone or together with 41
            41: [7],
        }),
        hr=block({10: [21, 0], 100: registers("f", 0.0)}),
        zero_mode=True,
    )


def other():
    return ModbusSlaveContext(ir=block({0: registers("f", 111.0)}), zero_mode=True)


async def main(port):
    context = ModbusServerContext(slaves={1: meter(), 3: other()}, single=False)
    server = await StartAsyncTcpServer(
        context, address=("127.0.0.1", port), allow_reuse_address=True, ignore_missing_slaves=True, defer_start=True)
    serving = asyncio.ensure_future(server.serve_forever())
    await server.serving
    await server.server.start_serving()
    print(server.server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    serving.cancel()


asyncio.run(main(int(sys.argv[1])))
