using System.Text;
using nanoFramework.TestFramework;
using SensorNode.Settings;

namespace SensorNode.Tests.Settings
{
    [TestClass]
    internal sealed class SettingsFileTests
    {
        private const string Good =
            "{\"node\":\"esp32-1\",\"secret\":\"AAECAwQFBgcICQoLDA0ODw==\",\"serialNumber\":\"7\",\"host\":\"gateway.local\",\"ssid\":\"home\"}";

        [TestMethod]
        public void A_whole_file_is_taken_with_its_defaults()
        {
            string errors;
            NodeSettings settings = SettingsFile.Parse(Encoding.UTF8.GetBytes(Good), "pem", "I:\\", out errors);
            Assert.AreEqual("", errors);
            Assert.AreEqual(8883, settings.Port);
            Assert.IsTrue(settings.Secure);
            Assert.AreEqual(16, settings.Secret.Length);
            Assert.AreEqual("home", settings.Ssid);
        }

        [TestMethod]
        public void Everything_that_is_wrong_is_said_together()
        {
            string errors;
            byte[] bad = Encoding.UTF8.GetBytes("{\"node\":\"ESP 32\",\"secret\":\"AAEC\",\"port\":70000,\"sensor\":\"dht11\"}");
            Assert.IsNull(SettingsFile.Parse(bad, null, "I:\\", out errors));
            string[] parts = { "node:", "secret:", "serialNumber:", "host:", "port:", "ca.pem", "sensor:" };
            for (int i = 0; i < parts.Length; i++) Assert.IsTrue(errors.IndexOf(parts[i]) >= 0, parts[i]);
        }

        [TestMethod]
        public void A_secret_that_is_no_base64_is_said()
        {
            string errors;
            byte[] bad = Encoding.UTF8.GetBytes("{\"node\":\"n\",\"secret\":\"***\",\"serialNumber\":\"7\",\"host\":\"h\",\"tls\":false}");
            Assert.IsNull(SettingsFile.Parse(bad, null, "I:\\", out errors));
            Assert.IsTrue(errors.IndexOf("secret:") >= 0);
        }

        [TestMethod]
        public void A_missing_file_is_said()
        {
            string errors;
            Assert.IsNull(SettingsFile.Parse(null, null, "I:\\", out errors));
            Assert.IsTrue(errors.IndexOf("settings.json") >= 0);
        }
    }
}
