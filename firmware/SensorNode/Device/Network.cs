using System.Device.Wifi;
using System.Net.NetworkInformation;
using System.Threading;
using nanoFramework.Networking;
using SensorNode.Settings;

namespace SensorNode.Device
{
    /// <summary>The wireless network.</summary>
    internal sealed class Network
    {
        private const int AttemptMilliseconds = 30000;
        private readonly NodeSettings _settings;
        private bool _timeServerSet;

        public Network(NodeSettings settings)
        {
            _settings = settings;
        }

        /// <summary>Connects where there is no connection; false where that fails within half a minute.</summary>
        public bool Ensure()
        {
            if (!IsUp() && !Connect()) return false;

            if (!_timeServerSet && _settings.TimeServer != null)
            {
                Sntp.Server1 = _settings.TimeServer;
                Sntp.Start();
                _timeServerSet = true;
            }

            return true;
        }

        private static bool IsUp()
        {
            return NetworkInterface.GetIsNetworkAvailable() && WifiNetworkHelper.Status == NetworkHelperStatus.NetworkIsReady;
        }

        private bool Connect()
        {
            if (_settings.Ssid == null) return NetworkInterface.GetIsNetworkAvailable();

            using (CancellationTokenSource attempt = new CancellationTokenSource(AttemptMilliseconds))
            {
                // The radio connects again by itself after a loss. The time is not waited for: a network without internet has none to give.
                return WifiNetworkHelper.ConnectDhcp(_settings.Ssid, _settings.WifiPassword, WifiReconnectionKind.Automatic, false, 0, attempt.Token);
            }
        }
    }
}
