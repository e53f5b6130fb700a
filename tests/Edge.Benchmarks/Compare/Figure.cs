namespace Edge.Benchmarks.Compare;

/// <summary>What can be measured.</summary>
/// <param name="Name">What it is, with its unit.</param>
/// <param name="Format">How many digits a table shows.</param>
internal sealed record Metric(string Name, string Format)
{
    public static readonly Metric Rate = new("delivered/s", "N0");
    public static readonly Metric CpuPerMillion = new("CPU s per million", "N2");
    public static readonly Metric CpuShare = new("server, % of a core", "N1");
    public static readonly Metric GeneratorShare = new("generator, % of a core", "N0");
    public static readonly Metric Median = new("latency p50, µs", "N0");
    public static readonly Metric Percentile99 = new("latency p99, µs", "N0");
    public static readonly Metric FloodedMedian = new("latency p50 beside the flood, µs", "N0");
    public static readonly Metric FloodedPercentile99 = new("latency p99 beside the flood, µs", "N0");
    public static readonly Metric FloodedRatio = new("p50 beside the flood ÷ p50 alone", "N2");
    public static readonly Metric Lost = new("lost", "N0");
    public static readonly Metric Connects = new("connects/s", "N0");
    public static readonly Metric FirstConnects = new("connects/s with subscription, unknown tokens", "N0");
    public static readonly Metric CpuPerConnect = new("CPU ms per connect", "N3");
    public static readonly Metric Logins = new("log-ins/s", "N0");
    public static readonly Metric CpuPerLogin = new("CPU ms per log-in", "N3");
    public static readonly Metric LoginsPerCpuSecond = new("log-ins per CPU second", "N0");
    public static readonly Metric PerSession = new("resident KiB per session", "N2");
    public static readonly Metric StartMemory = new("resident at start, MiB", "N1");
    public static readonly Metric OwnMemory = new("of that not program files, MiB", "N1");
    public static readonly Metric PerConnection = new("resident KiB per connection", "N2");
    public static readonly Metric Peak = new("peak memory, MiB", "N1");
    public static readonly Metric Sent = new("sent/s", "N0");
    public static readonly Metric IdleCpu = new("CPU without connections, ms per s", "N2");
    public static readonly Metric IdleCpuConnected = new("CPU with them, ms per s", "N2");
    public static readonly Metric Written = new("disk bytes per message", "N0");
}

/// <summary>One measured value.</summary>
internal sealed record Figure(Metric Metric, double Value);
