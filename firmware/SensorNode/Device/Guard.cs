using System.Threading;
using SensorNode.Hardware;

namespace SensorNode.Device
{
    /// <summary>Starts the board anew where the node's loop stands still: a call into the network that never returns would silence it for good.</summary>
    internal sealed class Guard
    {
        // The longest that a step may take: half a minute each for the radio, TLS and CONNACK, and M2Mqtt's retries.
        private const int LookMilliseconds = 180000;

        private readonly NodeLoop _loop;
        private readonly Board _board;
        private readonly Timer _timer;
        private int _seen = -1;

        public Guard(NodeLoop loop, Board board)
        {
            _loop = loop;
            _board = board;
            _timer = new Timer(Look, null, LookMilliseconds, LookMilliseconds);
        }

        private void Look(object state)
        {
            int steps = _loop.Steps;
            if (steps == _seen)
            {
                _timer.Dispose();
                _board.Restart();
            }

            _seen = steps;
        }
    }
}
