using SensorNode.Hardware;

namespace SensorNode.Messaging
{
    /// <summary>How long to wait before the next attempt: 1 s, 2 s, 4 s … up to a minute, each a quarter more or less, so that nodes which lost the
    /// same gateway do not come back together.</summary>
    internal sealed class Backoff
    {
        /// <summary>The shortest and the longest wait, in milliseconds.</summary>
        public const int Shortest = 1000, Longest = 60000;

        private readonly Board _board;
        private int _next = Shortest;

        public Backoff(Board board)
        {
            _board = board;
        }

        /// <summary>How often in a row it was asked for.</summary>
        public int Failures { get; private set; }

        /// <summary>The wait, in milliseconds.</summary>
        public int Next()
        {
            int quarter = _next / 4;
            int wait = _next - quarter + _board.Random((2 * quarter) + 1);
            _next = _next * 2 > Longest ? Longest : _next * 2;
            Failures++;
            return wait;
        }

        /// <summary>It worked.</summary>
        public void Reset()
        {
            _next = Shortest;
            Failures = 0;
        }
    }
}
