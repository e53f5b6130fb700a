using System;
using System.Threading;
using SensorNode.Hardware;
using SensorNode.Messaging;

namespace SensorNode
{
    /// <summary>Runs a node until it is stopped. A fault in one step must not end the node: it is told, and many in a row start the board anew.</summary>
    internal sealed class NodeLoop
    {
        /// <summary>So many failed steps in a row are no accident.</summary>
        public const int MaxFaults = 20;

        private const int FaultMilliseconds = 1000;
        private readonly Node _node;
        private readonly Board _board;
        private readonly Inbox _inbox;
        private int _stopped;
        private int _steps;

        public NodeLoop(Node node, Board board, Inbox inbox)
        {
            _node = node;
            _board = board;
            _inbox = inbox;
        }

        /// <summary>How many steps were made: a watchdog sees that it grows.</summary>
        public int Steps
        {
            get { return Interlocked.CompareExchange(ref _steps, 0, 0); }
        }

        /// <summary>Runs on the caller's thread.</summary>
        public void Run()
        {
            int faults = 0;
            while (Interlocked.CompareExchange(ref _stopped, 0, 0) == 0)
            {
                int wait = FaultMilliseconds;
                try
                {
                    wait = _node.Step();
                    faults = 0;
                }
                catch (Exception fault)
                {
                    // A bug, or memory ran out: its kind is told, never its text, which may quote a message.
                    _board.Tell("A step failed: " + fault.GetType().Name + ".");
                    faults++;
                    if (faults == MaxFaults) _board.Restart();
                }

                Interlocked.Increment(ref _steps);
                _inbox.Wait(wait);
            }

            _node.Stop();
        }

        /// <summary>Ends the loop after its present step.</summary>
        public void Stop()
        {
            Interlocked.Exchange(ref _stopped, 1);
            _inbox.Wake();
        }
    }
}
