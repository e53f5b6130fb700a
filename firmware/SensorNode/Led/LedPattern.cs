using Edge.Protocol;

namespace SensorNode.Led
{
    /// <summary>A pattern of the status LED: alternating on and off, beginning with on (node protocol, last section).</summary>
    internal sealed class LedPattern
    {
        /// <summary>Nobody is trusted.</summary>
        public static readonly LedPattern SlowBlink = new LedPattern("slow-blink", new int[] { 1000, 1000 });

        /// <summary>A server asks: press the button.</summary>
        public static readonly LedPattern FastBlink = new LedPattern("fast-blink", new int[] { 125, 125 });

        /// <summary>A server is trusted; nobody owns the node.</summary>
        public static readonly LedPattern DoubleBlink = new LedPattern("double-blink", new int[] { 100, 150, 100, 1650 });

        /// <summary>All is well.</summary>
        public static readonly LedPattern Off = new LedPattern("off", new int[0]);

        /// <summary>Refuses another server.</summary>
        public static readonly LedPattern Solid = new LedPattern("solid", null);

        /// <summary>Something is broken.</summary>
        public static readonly LedPattern ThreeShort = new LedPattern("three-short", new int[] { 150, 150, 150, 150, 150, 1250 });

        private LedPattern(string name, int[] durations)
        {
            Name = name;
            Durations = durations;
        }

        /// <summary>The name, for those who cannot see it.</summary>
        public string Name { get; }

        /// <summary>Milliseconds on, off, on …; none for always off, null for always on.</summary>
        public int[] Durations { get; }

        /// <summary>The pattern of a state.</summary>
        public static LedPattern Of(string state)
        {
            switch (state)
            {
                case NodeStates.Factory: return SlowBlink;
                case NodeStates.Asked: return FastBlink;
                case NodeStates.Trusted: return DoubleBlink;
                case NodeStates.Owned: return Off;
                case NodeStates.Locked: return Solid;
                default: return ThreeShort;
            }
        }
    }
}
