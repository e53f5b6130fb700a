namespace SensorNode.Trust
{
    /// <summary>
    /// When to ask for a new access token: at two thirds of its life, spread a little so that nodes which started together do not ask together;
    /// again after 15 s, 30 s … up to 5 minutes where the answer is lost, which does no harm as the refresh token stays the same.
    /// </summary>
    internal sealed class RefreshSchedule
    {
        /// <summary>The first and the longest wait for an answer, in milliseconds.</summary>
        public const int FirstRetry = 15000, LongestRetry = 300000;

        // Of a token whose age is not known, since the node started without knowing the time.
        private const int UnknownAgeDelay = 60000;

        private long _due = long.MaxValue;
        private int _retry = FirstRetry;

        /// <summary>When the next question is due, on the board's clock.</summary>
        public long Due
        {
            get { return _due; }
        }

        /// <summary>A token came just now.</summary>
        public void Received(int lifetimeSeconds, long now, int spreadPermille)
        {
            _retry = FirstRetry;
            _due = now + Share(lifetimeSeconds * 1000L, spreadPermille);
        }

        /// <summary>A token was found at start; <paramref name="expiresAt"/> or <paramref name="unixNow"/> is 0 where the time is not known.</summary>
        public void Found(int lifetimeSeconds, long expiresAt, long unixNow, long now)
        {
            _retry = FirstRetry;
            long delay = UnknownAgeDelay;
            if (expiresAt != 0 && unixNow != 0)
            {
                long left = (expiresAt - unixNow) * 1000L;
                delay = left - (lifetimeSeconds * 1000L / 3);
            }

            _due = now + (delay < 0 ? 0 : delay);
        }

        /// <summary>The token was refused: ask at once.</summary>
        public void Refused(long now)
        {
            _retry = FirstRetry;
            _due = now;
        }

        /// <summary>The question went out.</summary>
        public void Asked(long now)
        {
            _due = now + _retry;
            _retry = _retry * 2 > LongestRetry ? LongestRetry : _retry * 2;
        }

        /// <summary>There is no token to be refreshed.</summary>
        public void Stop()
        {
            _due = long.MaxValue;
        }

        // Two thirds, less up to 10 %: integers only, since a lifetime in milliseconds times 666 still fits.
        private static long Share(long lifetime, int spreadPermille)
        {
            long share = lifetime * 2 / 3;
            return share - (share * (spreadPermille % 100) / 1000);
        }
    }
}
