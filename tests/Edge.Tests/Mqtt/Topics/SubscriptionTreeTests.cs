using Edge.Mqtt;
using Edge.Mqtt.Topics;

namespace Edge.Tests.Mqtt.Topics;

public sealed class SubscriptionTreeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_tree_finds_who_a_look_at_every_filter_finds(int seed)
    {
        var random = new Random(seed);
        var tree = new SubscriptionTree<string>();
        var all = new Dictionary<(string Filter, string Who), MqttQoS>();
        for (var round = 0; round < 2000; round++)
        {
            var (filter, who) = (Filter(random), "s" + random.Next(20));
            if (random.Next(3) == 0 && all.Remove((filter, who))) tree.Remove(filter, Name(who));
            else tree.Add(filter, Name(who), new(all[(filter, who)] = (MqttQoS)random.Next(3)));

            var topic = Topic(random);
            var expected = all.Where(s => Parse(s.Key.Filter).Matches(topic)).GroupBy(s => s.Key.Who)
                .Select(g => $"{g.Key} {g.Max(s => s.Value)}").Order();
            var found = Match(tree, topic).GroupBy(f => f.Subscriber).Select(g => $"{g.Key} {g.Max(f => f.Options.QoS)}");
            Assert.Equal(expected, found.Order());
        }
    }

    [Fact]
    public void Nothing_is_left_of_subscriptions_that_are_gone()
    {
        var tree = new SubscriptionTree<string>();
        string[] filters = ["a/b/c", "a/+/c", "a/#", "#", "+/b", "a"];
        foreach (var filter in filters) tree.Add(filter, "x", new(MqttQoS.AtMostOnce));
        Assert.True(tree.NodeCount > 6);

        foreach (var filter in filters) tree.Remove(filter, "x");

        Assert.Equal(1, tree.NodeCount);
    }

    [Fact]
    public void Removing_what_is_not_there_changes_nothing()
    {
        var tree = new SubscriptionTree<string>();
        tree.Add("a/b", "x", new(MqttQoS.AtMostOnce));

        tree.Remove("a/c", "x");
        tree.Remove("a/b", "y");
        tree.Remove("a/b/c", "x");

        Assert.Single(Match(tree, "a/b"));
    }

    [Fact]
    public void Members_of_a_group_are_found_as_a_group_and_take_turns()
    {
        var tree = new SubscriptionTree<string>();
        foreach (var member in (string[])["x", "y", "z"]) tree.Add("$share/g/a/+", member, new(MqttQoS.AtLeastOnce));
        tree.Add("a/b", "alone", new(MqttQoS.AtMostOnce));
        var (matches, groups) = (new List<Subscription<string>>(), new List<SharedGroup<string>>());

        tree.Match("a/b", matches, groups);

        Assert.Equal("alone", Assert.Single(matches).Subscriber);
        var group = Assert.Single(groups);
        Assert.Equal(["x", "y", "z"], Enumerable.Range(0, 3).Select(_ => group.Members[group.NextTurn(3)].Subscriber).Order());
    }

    [Fact]
    public void Nothing_is_left_of_a_group_whose_members_are_gone()
    {
        var tree = new SubscriptionTree<string>();
        tree.Add("$share/g/a/#", "x", new(MqttQoS.AtMostOnce));
        tree.Add("$share/h/a/#", "x", new(MqttQoS.AtMostOnce));
        Assert.Equal(2, tree.Count);

        tree.Remove("$share/g/a/#", "x");
        tree.Remove("$share/h/a/#", "x");

        Assert.Equal((1, 0), (tree.NodeCount, tree.Count));
    }

    [Fact]
    public void Every_change_makes_earlier_results_void()
    {
        var tree = new SubscriptionTree<string>();
        var versions = new List<int> { tree.Version };
        tree.Add("a", "x", new(MqttQoS.AtMostOnce));
        versions.Add(tree.Version);
        tree.Touch();
        versions.Add(tree.Version);
        tree.Remove("a", "x");
        versions.Add(tree.Version);

        Assert.Equal(4, versions.Distinct().Count());
    }

    [Fact]
    public async Task Matching_goes_on_while_others_subscribe()
    {
        var tree = new SubscriptionTree<string>();
        tree.Add("edge/+/up", "constant", new(MqttQoS.AtLeastOnce));
        using var stop = new CancellationTokenSource();
        var changing = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                tree.Add($"edge/n{i % 100}/up", "changing", new(MqttQoS.AtMostOnce));
                tree.Remove($"edge/n{(i + 50) % 100}/up", "changing");
            }
        });

        var found = new List<Subscription<string>>();
        for (var i = 0; i < 50_000; i++)
        {
            found.Clear();
            tree.Match("edge/n7/up", found, []);
            Assert.Contains(found, f => f.Subscriber == "constant");
        }

        await stop.CancelAsync();
        await changing;
    }

    private static List<Subscription<string>> Match(SubscriptionTree<string> tree, string topic)
    {
        var found = new List<Subscription<string>>();
        tree.Match(topic, found, []);
        return found;
    }

    private static string Name(string who) => string.Intern(who); // the tree compares by reference

    private static TopicFilter Parse(string filter) => TopicFilter.TryParse(filter, out var parsed) ? parsed : throw new ArgumentException(filter);

    private static string Filter(Random random)
    {
        var levels = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(5) is var n && n == 4 ? "+" : "abc$"[n].ToString()).ToList();
        if (random.Next(4) == 0) levels.Add("#");
        return string.Join('/', levels);
    }

    private static string Topic(Random random) => string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => "abc$"[random.Next(4)]));
}
