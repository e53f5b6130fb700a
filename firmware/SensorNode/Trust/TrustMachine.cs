using Edge.Protocol;

namespace SensorNode.Trust
{
    /// <summary>
    /// Decides whom the node trusts (XEP-0324 §3.1): the button within the window accepts a server; once one is trusted, others are refused
    /// unless the first allows a second. Pure: it knows time as a number, and neither network nor pins.
    /// </summary>
    internal sealed class TrustMachine
    {
        /// <summary>The shortest and longest window in seconds, whatever the gateway asks: long enough to walk to the button, short enough to
        /// know that it was meant.</summary>
        public const int MinWindow = 5, MaxWindow = 120;

        /// <summary>For how many milliseconds the refusal of another server is shown.</summary>
        public const int RefusalMilliseconds = 3000;

        private readonly TrustRecord _record;
        private string _asking;
        private long _windowEnds;
        private long _refusalEnds;
        private bool _fault;

        public TrustMachine(TrustRecord record)
        {
            _record = record;
        }

        /// <summary>The trusted server's address, or null.</summary>
        public string Server
        {
            get { return _record.Server; }
        }

        /// <summary>True once the trusted server has shown that it is a provisioning server.</summary>
        public bool IsConfirmed
        {
            get { return _record.IsConfirmed; }
        }

        /// <summary>The id of the request that waits for the button.</summary>
        public int AskedId { get; private set; }

        /// <summary>The state, one of <see cref="NodeStates"/>: what the LED shows.</summary>
        public string State
        {
            get
            {
                if (_fault) return NodeStates.Fault;
                if (_asking != null) return NodeStates.Asked;
                return _refusalEnds != 0 ? NodeStates.Locked : Standing;
            }
        }

        /// <summary>The state without what passes in seconds: what <c>hello</c> tells.</summary>
        public string Standing
        {
            get
            {
                if (_record.Server == null) return NodeStates.Factory;
                return _record.Owner == null ? NodeStates.Trusted : NodeStates.Owned;
            }
        }

        /// <summary>True for a server that is trusted already.</summary>
        public bool Trusts(string server)
        {
            return server == _record.Server || server == _record.SecondServer;
        }

        /// <summary>A server asks for trust. Gives the answer (<see cref="BefriendResults"/>), or null while the button is waited for.</summary>
        public string Befriend(int id, string server, int windowSeconds, bool secondAllowed, long now)
        {
            if (Trusts(server)) return BefriendResults.Accepted;

            bool another = _asking != null && _asking != server;
            bool locked = _record.Server != null && (!secondAllowed || _record.SecondServer != null);
            if (another || locked)
            {
                if (locked) _refusalEnds = now + RefusalMilliseconds;
                return BefriendResults.Rejected;
            }

            int seconds = windowSeconds < MinWindow ? MinWindow : windowSeconds > MaxWindow ? MaxWindow : windowSeconds;
            _asking = server;
            _windowEnds = now + (seconds * 1000L);
            AskedId = id;
            return null;
        }

        /// <summary>The button was pressed. True where that accepted the server that asks; it is saved then.</summary>
        public bool Press(long now)
        {
            if (_asking == null || now >= _windowEnds) return false;

            if (_record.Server == null) _record.Server = _asking;
            else _record.SecondServer = _asking;
            _asking = null;
            _fault = !_record.Save();
            return true;
        }

        /// <summary>Looks at the time. True where the window closed without a press.</summary>
        public bool Expire(long now)
        {
            if (_refusalEnds != 0 && now >= _refusalEnds) _refusalEnds = 0;
            if (_asking == null || now < _windowEnds) return false;

            _asking = null;
            return true;
        }

        /// <summary>The session that asked is gone: an answer would reach nobody.</summary>
        public void Cancel()
        {
            _asking = null;
        }

        /// <summary>The server told its features. False where it is no provisioning server: it is not trusted further (XEP-0324 §3.1.1).</summary>
        public bool Confirm(bool isProvisioning)
        {
            if (!isProvisioning)
            {
                _fault = !_record.Clear();
                return false;
            }

            _record.IsConfirmed = true;
            _fault = !_record.Save();
            return true;
        }

        /// <summary>The owner changed; null for nobody. True where that is new.</summary>
        public bool SetOwner(string owner)
        {
            if (_record.Server == null || _record.Owner == owner) return false;

            _record.Owner = owner;
            _fault = !_record.Save();
            return true;
        }

        /// <summary>Forgets everybody.</summary>
        public void Reset()
        {
            _asking = null;
            _refusalEnds = 0;
            _fault = !_record.Clear();
        }
    }
}
