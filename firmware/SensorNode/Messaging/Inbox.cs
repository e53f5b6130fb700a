using System.Collections;
using System.Threading;

namespace SensorNode.Messaging
{
    /// <summary>Brings what happens on other threads to the one that runs the node; so nothing else needs a lock.</summary>
    internal sealed class Inbox
    {
        /// <summary>The most signals that wait. A gateway that sends faster than the node works loses messages, which are counted: memory
        /// for more is not there.</summary>
        public const int Capacity = 16;

        private readonly Queue _signals = new Queue();
        private readonly AutoResetEvent _arrived = new AutoResetEvent(false);

        /// <summary>How many were lost.</summary>
        public int Lost { get; private set; }

        /// <summary>Adds a signal; the end of a connection is never lost.</summary>
        public void Post(Signal signal)
        {
            lock (_signals)
            {
                if (_signals.Count >= Capacity && signal.Kind != SignalKind.Closed) Lost++;
                else _signals.Enqueue(signal);
            }

            _arrived.Set();
        }

        /// <summary>The oldest signal, or null.</summary>
        public Signal Take()
        {
            lock (_signals)
            {
                return _signals.Count == 0 ? null : (Signal)_signals.Dequeue();
            }
        }

        /// <summary>Ends a wait early.</summary>
        public void Wake()
        {
            _arrived.Set();
        }

        /// <summary>Waits for a signal, at most so many milliseconds.</summary>
        public void Wait(int milliseconds)
        {
            _arrived.WaitOne(milliseconds, false);
        }
    }
}
