using System;
using Edge.Protocol;
using SensorNode.Hardware;
using SensorNode.Input;
using SensorNode.Led;
using SensorNode.Messaging;
using SensorNode.Provisioning;
using SensorNode.Settings;
using SensorNode.Things;
using SensorNode.Trust;

namespace SensorNode
{
    /// <summary>
    /// The sensor node: composes its parts and runs them on one thread. Other threads (MQTT, the button) only post to the inbox, so that nothing
    /// in here needs a lock.
    /// </summary>
    internal sealed class Node
    {
        private const int IdleMilliseconds = 500;
        private const int ButtonMilliseconds = 20;
        private const int SignalsPerStep = 16;

        private readonly Board _board;
        private readonly Inbox _inbox;
        private readonly StatusLed _led;
        private readonly Button _button = new Button();
        private readonly TrustMachine _trust;
        private readonly TrustHandler _trustHandler;
        private readonly Session _session;
        private readonly Enrolment _enrolment;
        private readonly DecisionCache _cache;
        private readonly Decider _decider;
        private readonly Parameters _parameters;
        private readonly Reporter _reporter;
        private readonly Dispatcher _dispatcher;
        private string _state;

        public Node(NodeSettings settings, Board board, Link link, Inbox inbox)
        {
            _board = board;
            _inbox = inbox;
            _led = new StatusLed(board);
            _trust = new TrustMachine(new TrustRecord(settings.Folder));
            _session = new Session(settings.Node, board, link);
            _enrolment = new Enrolment(settings.Node, settings.Secret, _session, board, new TokenRecord(settings.Folder));
            _cache = new DecisionCache(new CacheFile(settings.Folder), board.Milliseconds);
            _decider = new Decider(_session, _cache);
            _parameters = new Parameters(board, settings.Folder);
            Readings readings = new Readings(board.Sensor);
            _reporter = new Reporter(settings, _session, board, readings, _led);
            ReadHandler reads = new ReadHandler(_session, _decider, readings);
            SetHandler sets = new SetHandler(_session, _decider, _parameters, board);
            _trustHandler = new TrustHandler(_session, board, _trust, _enrolment, _decider);
            _dispatcher = new Dispatcher(_session, _trustHandler, _decider, reads, sets);
            ShowState();
        }

        /// <summary>The state, one of <see cref="NodeStates"/>.</summary>
        public string State
        {
            get { return _state; }
        }

        /// <summary>Does what waits and what is due; gives the milliseconds until it must be called again, unless a signal comes before.</summary>
        public int Step()
        {
            Signal signal = _inbox.Take();
            for (int i = 0; signal != null && i < SignalsPerStep; i++)
            {
                OnSignal(signal, _board.Milliseconds);
                signal = i + 1 < SignalsPerStep ? _inbox.Take() : null;
            }

            long now = _board.Milliseconds;
            OnButton(_button.Tick(now), now);
            Connect(now);
            _trustHandler.Tick(now);
            _decider.Tick(now);
            _reporter.Tick(_parameters.IntervalSeconds, now);
            _cache.Tick(now);
            ShowState();
            return _button.IsBusy ? ButtonMilliseconds : IdleMilliseconds;
        }

        /// <summary>Ends in an orderly way: what was not written yet is, and the gateway is told.</summary>
        public void Stop()
        {
            if (_cache.IsDirty) _cache.Flush(_board.Milliseconds);
            if (_session.HasToken) _session.SendBytes(NodeMessages.State, new JsonObject().Set(MessageKeys.Online, false).ToBytes(), true);
            _session.Close(long.MaxValue);
            _led.Dispose();
        }

        private void OnSignal(Signal signal, long now)
        {
            string message;
            if (signal.Kind == SignalKind.Button) OnButton(_button.Change(signal.IsDown, signal.At), now);
            else if (signal.Kind == SignalKind.Closed) OnClosed(signal.Connection, now);
            else if (_session.IsMine(signal, out message)) _dispatcher.OnMessage(message, signal.Payload, now);
        }

        private void OnClosed(int connection, long now)
        {
            if (!_session.OnClosed(connection, now)) return;

            _board.Tell("The connection ended.");
            _trustHandler.OnClosed();
        }

        private void Connect(long now)
        {
            if (_session.IsLost) OnClosed(_session.Connection, now);
            bool refused;
            bool begins = _session.Tick(_enrolment.Password, now, out refused);
            if (refused)
            {
                _board.Tell("The gateway refused the token: asking for another.");
                _enrolment.OnRefused(now);
            }

            if (!begins) return;

            _board.Tell(_session.HasToken ? "Connected with the access token." : "Connected without a token.");
            _reporter.Begin(_trust.Standing, now);
        }

        private void OnButton(ButtonAction action, long now)
        {
            if (action == ButtonAction.Press) _trustHandler.OnPress(now);
            if (action == ButtonAction.Hold) Reset(now);
        }

        private void Reset(long now)
        {
            _board.Tell("Factory reset: trust, tokens and cache are gone.");
            _trustHandler.Reset(now);
            _parameters.Reset();
        }

        private void ShowState()
        {
            string state = _trust.State;
            if (state == _state) return;

            _state = state;
            _led.Show(LedPattern.Of(state));
            _board.Tell("State: " + state + ".");
        }
    }
}
