using Edge.Benchmarks.Load;

namespace Edge.Benchmarks.Mqtt.Modes;

/// <summary>The connected publishers and subscribers of a <see cref="Shape"/>.</summary>
internal sealed class Crowd
{
    /// <summary>Connects them: subscribers first.</summary>
    public Crowd(Bench bench, Shape shape, bool isPersistent = false)
    {
        Traffic = new(shape.QoS, shape.Receivers);
        bench.Connect([.. Enumerable.Range(0, shape.Subscribers).Select(i =>
            new Subscriber(new(bench.Version, bench.Login(shape.Publishers + i), shape.Filter(i), shape.QoS, isPersistent), Traffic))]);
        Publishers = [.. Enumerable.Range(0, shape.Publishers).Select(i =>
            new Publisher(new(bench.Version, bench.Login(i), IsPersistent: isPersistent), i, Shape.Topic(i), Traffic))];
        Traffic.Publishers = Publishers;
        bench.Connect(Publishers);
    }

    /// <summary>What they share.</summary>
    public Traffic Traffic { get; }

    /// <summary>The publishers; their windows are closed.</summary>
    public Publisher[] Publishers { get; }
}
