using System.Diagnostics.Metrics;

using Edge.Gateway.Telemetry;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Tests.Gateway.Telemetry;

public sealed class MeterReaderTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    [Fact]
    public void Counters_add_up_by_their_tags_and_end_in_total()
    {
        using var reader = Reader();
        var counter = Meters.Create("Edge.Lamp").CreateCounter<long>("edge.lamp.switched", "{time}", "How often.");
        counter.Add(2, new KeyValuePair<string, object?>("room", "hall"));
        counter.Add(3, new KeyValuePair<string, object?>("room", "hall"));
        counter.Add(1, new KeyValuePair<string, object?>("room", "a \"b\"\\\n"));

        var samples = Samples(reader, "edge_lamp_switched_total");

        Assert.Equal([1, 5], samples.Select(s => s.Value).Order());
        Assert.Contains(samples, s => s.Labels["room"] == "a \"b\"\\\n");
    }

    [Fact]
    public void What_is_observed_is_asked_when_somebody_reads()
    {
        using var reader = Reader();
        var bytes = 0L;
        Meters.Create("Edge.Lamp").CreateObservableGauge("edge.lamp.memory", () => bytes, "By");

        bytes = 512;
        Assert.Equal(512, Assert.Single(Samples(reader, "edge_lamp_memory_bytes")).Value);
        bytes = 256;
        Assert.Equal(256, Assert.Single(Samples(reader, "edge_lamp_memory_bytes")).Value);
    }

    [Fact]
    public void What_goes_up_and_down_is_a_sum()
    {
        using var reader = Reader();
        var open = Meters.Create("Edge.Lamp").CreateUpDownCounter<long>("edge.lamp.open");
        open.Add(3);
        open.Add(-1);

        Assert.Equal(2, Assert.Single(Samples(reader, "edge_lamp_open")).Value);
    }

    [Fact]
    public void Measured_times_are_told_as_sum_and_count()
    {
        using var reader = Reader();
        var time = Meters.Create("Edge.Lamp").CreateHistogram<double>("edge.lamp.delay", "s");
        time.Record(0.5);
        time.Record(1.5);

        Assert.Equal(2, Assert.Single(Samples(reader, "edge_lamp_delay_seconds_sum")).Value);
        Assert.Equal(2, Assert.Single(Samples(reader, "edge_lamp_delay_seconds_count")).Value);
    }

    [Fact]
    public void Tags_without_end_do_not_fill_the_memory()
    {
        using var reader = Reader(maxSeries: 16);
        var counter = Meters.Create("Edge.Lamp").CreateCounter<long>("edge.lamp.switched");
        for (var i = 0; i < 100; i++) counter.Add(1, new KeyValuePair<string, object?>("who", i));

        Assert.Equal(16, Samples(reader, "edge_lamp_switched_total").Count);
    }

    [Fact]
    public void Another_host_in_this_process_counts_for_itself()
    {
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var reader = Reader();
        others.GetRequiredService<IMeterFactory>().Create("Edge.Lamp").CreateCounter<long>("edge.lamp.switched").Add(1);

        Assert.Empty(Samples(reader, "edge_lamp_switched_total"));
    }

    [Theory]
    [InlineData("short", 1000, "metrics:token")]
    [InlineData("with spaces in between", 1000, "metrics:token")]
    [InlineData("", 15, "metrics:maxSeries is 15: give 16 to 100000.")]
    public void Settings_that_cannot_be_used_are_named(string token, int maxSeries, string expected)
    {
        var result = new MetricsOptionsValidator().Validate(null, new() { Token = token, MaxSeries = maxSeries });

        Assert.Contains(expected, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    public void Dispose() => _services.Dispose();

    private MeterReader Reader(int maxSeries = 1000) => new(Meters, Options.Create(new MetricsOptions { MaxSeries = maxSeries }));

    private static List<Sample> Samples(MeterReader reader, string name) =>
        [.. PrometheusReader.Read(PrometheusText.Write(reader.Read())).Where(s => s.Name == name)];
}
