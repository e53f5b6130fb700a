using System;
using System.Threading;
using SensorNode.Hardware;

namespace SensorNode.Led
{
    /// <summary>The status LED, on a timer of its own so that it goes on while a connection is made. Allocates nothing while it blinks.</summary>
    internal sealed class StatusLed : IDisposable
    {
        private readonly object _lock = new object();
        private readonly Board _board;
        private readonly LedPlayer _player = new LedPlayer();
        private readonly Timer _timer;
        private bool _disposed;

        public StatusLed(Board board)
        {
            _board = board;
            _timer = new Timer(OnTimer, null, Timeout.Infinite, Timeout.Infinite);
        }

        /// <summary>Shows a pattern, from its beginning; one that is shown already goes on.</summary>
        public void Show(LedPattern pattern)
        {
            lock (_lock)
            {
                if (_player.Show(pattern)) Step();
            }
        }

        /// <summary>One short flash, where the LED is off otherwise.</summary>
        public void Flash()
        {
            lock (_lock)
            {
                if (_player.Flash()) Step();
            }
        }

        /// <summary>Ends, with the LED off.</summary>
        public void Dispose()
        {
            lock (_lock)
            {
                _disposed = true;
                _timer.Dispose();
                _board.SetStatusLed(false, LedPattern.Off.Name);
            }
        }

        private void OnTimer(object state)
        {
            lock (_lock)
            {
                Step();
            }
        }

        private void Step()
        {
            if (_disposed) return;

            int milliseconds = _player.Next();
            _board.SetStatusLed(_player.IsOn, _player.Pattern.Name);
            _timer.Change(milliseconds == LedPlayer.Forever ? Timeout.Infinite : milliseconds, Timeout.Infinite);
        }
    }
}
