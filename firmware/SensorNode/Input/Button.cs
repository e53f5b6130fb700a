namespace SensorNode.Input
{
    /// <summary>What a person did with the button.</summary>
    internal enum ButtonAction
    {
        /// <summary>Nothing yet.</summary>
        None,

        /// <summary>Pressed and released.</summary>
        Press,

        /// <summary>Held for ten seconds: reported while it is still held; its release is nothing.</summary>
        Hold,
    }

    /// <summary>Makes presses of a bouncing contact. Fed with changes of level and with time; knows no pin.</summary>
    internal sealed class Button
    {
        /// <summary>A level counts once it is stable for so long, in milliseconds: cheap contacts bounce for up to 20.</summary>
        public const int DebounceMilliseconds = 30;

        /// <summary>How long a hold is, in milliseconds.</summary>
        public const int HoldMilliseconds = 10000;

        private bool _raw;
        private long _rawSince;
        private bool _pressed;
        private long _pressedAt;
        private bool _held;

        /// <summary>True while time must be looked at often.</summary>
        public bool IsBusy
        {
            get { return _raw || _pressed; }
        }

        /// <summary>Takes a change of level at its time. What was stable until then may complete an action.</summary>
        public ButtonAction Change(bool pressed, long now)
        {
            ButtonAction action = Tick(now);
            if (pressed != _raw)
            {
                _raw = pressed;
                _rawSince = now;
            }

            return action;
        }

        /// <summary>Takes the time.</summary>
        public ButtonAction Tick(long now)
        {
            ButtonAction action = ButtonAction.None;
            bool stable = now - _rawSince >= DebounceMilliseconds;
            if (_raw != _pressed && stable)
            {
                if (_pressed && !_held) action = ButtonAction.Press;
                _pressed = _raw;
                _pressedAt = _rawSince;
                _held = false;
            }

            if (action == ButtonAction.None && _pressed && !_held && now - _pressedAt >= HoldMilliseconds && _raw)
            {
                _held = true;
                action = ButtonAction.Hold;
            }

            return action;
        }
    }
}
