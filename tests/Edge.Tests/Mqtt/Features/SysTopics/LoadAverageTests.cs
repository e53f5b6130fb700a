using Edge.Mqtt.Features.SysTopics;

namespace Edge.Tests.Mqtt.Features.SysTopics;

public sealed class LoadAverageTests
{
    private readonly LoadAverage _load = new();

    [Fact]
    public void A_steady_rate_is_reached_soonest_by_the_shortest_average()
    {
        for (var i = 1; i <= 60; i++) _load.Look(i * 10, TimeSpan.FromSeconds(10));

        Assert.InRange(_load.Averages[0], 59.9, 60);
        Assert.True(_load.Averages[0] > _load.Averages[1] && _load.Averages[1] > _load.Averages[2]);
    }

    [Fact]
    public void One_long_look_says_the_same_as_many_short_ones_at_a_steady_rate()
    {
        var other = new LoadAverage();
        for (var i = 1; i <= 60; i++) _load.Look(i * 10, TimeSpan.FromSeconds(10));
        other.Look(600, TimeSpan.FromMinutes(10));

        for (var i = 0; i < 3; i++) Assert.Equal(_load.Averages[i], other.Averages[i], 6);
    }

    [Fact]
    public void What_is_over_fades()
    {
        _load.Look(600, TimeSpan.FromMinutes(1));
        _load.Look(600, TimeSpan.FromHours(2));

        Assert.InRange(_load.Averages[2], 0, 0.5);
    }
}
