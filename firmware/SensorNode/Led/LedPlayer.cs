namespace SensorNode.Led
{
    /// <summary>Plays patterns, step by step; knows neither pins nor time.</summary>
    internal sealed class LedPlayer
    {
        /// <summary>How long the flash of a publish is, in milliseconds.</summary>
        public const int FlashMilliseconds = 40;

        /// <summary>Nothing changes until another pattern is shown.</summary>
        public const int Forever = -1;

        private LedPattern _pattern = LedPattern.Off;
        private int _index = -1;
        private bool _flash;

        /// <summary>What is shown.</summary>
        public LedPattern Pattern
        {
            get { return _pattern; }
        }

        /// <summary>Whether the LED is on in this step.</summary>
        public bool IsOn { get; private set; }

        /// <summary>Takes another pattern; false where it is shown already and must not begin anew.</summary>
        public bool Show(LedPattern pattern)
        {
            if (pattern == _pattern) return false;

            _pattern = pattern;
            _index = -1;
            _flash = false;
            return true;
        }

        /// <summary>Asks for one flash; false where the pattern is no background for one.</summary>
        public bool Flash()
        {
            if (_pattern != LedPattern.Off) return false;

            _flash = true;
            return true;
        }

        /// <summary>Goes to the next step and tells for how many milliseconds it holds, or <see cref="Forever"/>.</summary>
        public int Next()
        {
            int[] durations = _pattern.Durations;
            if (durations == null || durations.Length == 0)
            {
                IsOn = durations == null || _flash;
                int holds = _flash ? FlashMilliseconds : Forever;
                _flash = false;
                return holds;
            }

            _index = (_index + 1) % durations.Length;
            IsOn = _index % 2 == 0;
            return durations[_index];
        }
    }
}
