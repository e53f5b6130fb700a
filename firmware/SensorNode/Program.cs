using System;
using System.IO;
using System.Text;
using System.Threading;
using Edge.Protocol;
using SensorNode.Device;
using SensorNode.Led;
using SensorNode.Messaging;
using SensorNode.Settings;

namespace SensorNode
{
    /// <summary>The entry on a device.</summary>
    public static class Program
    {
        private const string Folder = "I:\\";

        /// <summary>Runs the node, for as long as there is power.</summary>
        public static void Main()
        {
            EspBoard board = new EspBoard();
            string errors;
            NodeSettings settings = SettingsFile.Parse(Read("settings.json"), ReadText("ca.pem"), Folder, out errors);
            if (settings == null)
            {
                board.Tell(errors);
                StatusLed led = new StatusLed(board);
                led.Show(LedPattern.Of(NodeStates.Fault));
                Thread.Sleep(Timeout.Infinite);
                return;
            }

            board.Use(settings);
            Inbox inbox = new Inbox();
            board.WatchButton(inbox);
            Node node = new Node(settings, board, new MqttLink(settings, inbox), inbox);
            NodeLoop loop = new NodeLoop(node, board, inbox);
            Guard guard = new Guard(loop, board);
            loop.Run();
        }

        private static byte[] Read(string name)
        {
            try
            {
                string path = Path.Combine(Folder, name);
                return File.Exists(path) ? File.ReadAllBytes(path) : null;
            }
            catch (Exception)
            {
                // No file system yet, or a broken one: told like a missing file.
                return null;
            }
        }

        private static string ReadText(string name)
        {
            byte[] bytes = Read(name);
            return bytes == null ? null : Encoding.UTF8.GetString(bytes, 0, bytes.Length);
        }
    }
}
