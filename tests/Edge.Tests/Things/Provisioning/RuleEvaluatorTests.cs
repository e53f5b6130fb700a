using Edge.Things;
using Edge.Things.Provisioning;

namespace Edge.Tests.Things.Provisioning;

public sealed class RuleEvaluatorTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ThingId Thing = new(Jid.Parse("sensor@edge.local"));
    private static readonly Jid Owner = Jid.Parse("owner@edge.local");
    private static readonly Jid Visitor = Jid.Parse("visitor@edge.local");
    private static readonly string[] Universe = ["a", "b", "c", "d", "never mentioned"];

    [Fact]
    public void A_rule_about_the_caller_beats_one_about_his_domain_and_that_one_about_anyone()
    {
        Rule[] rules = [Rule(SubjectKind.Anyone, NameSet.All, NameSet.Empty), Rule(SubjectKind.Domain, NameSet.Of("a", "b"), NameSet.All), Rule(SubjectKind.Caller, NameSet.Of("b"), NameSet.Empty)];

        var verdict = Ask(rules, NameSet.Of("a", "b", "c"));

        Assert.Equal(NameSet.Of("a"), verdict.Allowed);
        Assert.Equal(NameSet.Of("b", "c"), verdict.Refused);
    }

    [Fact]
    public void Among_equals_no_wins()
    {
        var yes = Rule(SubjectKind.Caller, NameSet.Of("a"), NameSet.Of("a"));
        var no = Rule(SubjectKind.Caller, NameSet.Of("a"), NameSet.Empty);

        Assert.Equal(NameSet.Of("a"), Ask([yes, no], NameSet.Of("a")).Refused);
        Assert.Equal(NameSet.Of("a"), Ask([no, yes], NameSet.Of("a")).Refused);
    }

    [Fact]
    public void Rules_that_ran_out_or_speak_of_others_or_of_another_operation_are_silent()
    {
        var over = Rule(SubjectKind.Caller, NameSet.All, NameSet.All) with { ValidUntil = Now };
        var other = Rule(SubjectKind.Caller, NameSet.All, NameSet.All) with { Subject = new(SubjectKind.Caller, "other@edge.local") };
        var control = Rule(SubjectKind.Caller, NameSet.All, NameSet.All) with { Operation = Operation.Control };

        Assert.Equal(NameSet.Of("a"), Ask([over, other, control], NameSet.Of("a")).Unknown);
    }

    /// <summary>The evaluator against a model that decides one name at a time by looking at every rule, over random rule sets.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Agrees_with_brute_force(int seed)
    {
        var random = new SeededRandom(seed);
        for (var round = 0; round < 3_000; round++)
        {
            var rules = Enumerable.Range(0, random.Next(7)).Select(_ => RandomRule(random)).ToArray();
            var asked = random.Next(4) == 0 ? NameSet.All : RandomNames(random, Universe);
            var verdict = Ask(rules, asked);

            foreach (var name in Universe.Where(asked.Contains))
            {
                var expected = Model(rules, name);
                var context = $"seed {seed}, round {round}, name {name}, asked for {asked}";
                if (verdict.Allowed.Contains(name)) Assert.True(expected is true, context);
                if (asked.IsAll) continue;

                Assert.True(expected is true == verdict.Allowed.Contains(name), context);
                Assert.True(expected is false == verdict.Refused.Contains(name), context);
                Assert.True(expected is null == verdict.Unknown.Contains(name), context);
            }

            // Everything is granted exactly where each single name would be.
            if (asked.IsAll) Assert.Equal(Universe.All(n => Model(rules, n) is true), verdict.Allowed.IsAll);
            if (asked.IsAll) Assert.Equal(Universe.Any(n => Model(rules, n) is null), !verdict.Unknown.IsEmpty);
        }
    }

    /// <summary>After a revision, the newest rule about a name decides, whatever the order and the extent of older ones.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void The_owners_last_word_counts(int seed)
    {
        var random = new SeededRandom(seed);
        for (var round = 0; round < 2_000; round++)
        {
            var kept = new List<Rule>();
            var history = new List<Rule>();
            for (var i = 0; i < 6; i++)
            {
                var rule = Rule(SubjectKind.Caller, RandomNamesOrAll(random), RandomNamesOrAll(random));
                rule = rule with { Allows = rule.Covers.Intersect(rule.Allows) };
                kept = [.. kept.Select(old => RuleRevision.Narrow(old, rule)).OfType<Rule>(), rule];
                history.Add(rule);
            }

            foreach (var name in Universe)
            {
                var last = history.LastOrDefault(r => r.Covers.Contains(name));
                Assert.Equal(last?.Allows.Contains(name), Model([.. kept], name));
            }
        }
    }

    private static bool? Model(Rule[] rules, string name)
    {
        foreach (var kind in new[] { SubjectKind.Caller, SubjectKind.Domain, SubjectKind.Anyone })
        {
            var speaking = rules.Where(r => r.Subject.Kind == kind && r.Subject.Matches(Visitor) && r.Operation == Operation.Read
                && (r.ValidUntil is null || r.ValidUntil > Now) && r.Covers.Contains(name) && !r.Except.Contains(name)).ToArray();
            if (speaking.Length > 0) return speaking.All(r => r.Allows.Contains(name));
        }

        return null;
    }

    private static Verdict Ask(Rule[] rules, NameSet names) => RuleEvaluator.Evaluate(rules, Operation.Read, Visitor, names, Now);

    private static Rule Rule(SubjectKind kind, NameSet covers, NameSet allows) =>
        new(Guid.NewGuid().ToString("N"), Thing, Owner, Subject.Of(Visitor, kind), Operation.Read, covers, allows, Now);

    private static Rule RandomRule(SeededRandom random)
    {
        var caller = random.Next(4) == 0 ? Jid.Parse("other@elsewhere.example") : Visitor;
        return Rule(SubjectKind.Caller, RandomNamesOrAll(random), RandomNamesOrAll(random)) with
        {
            Subject = Subject.Of(caller, (SubjectKind)random.Next(3)),
            Operation = random.Next(5) == 0 ? Operation.Control : Operation.Read,
            ValidUntil = random.Next(3) switch { 0 => null, 1 => Now.AddHours(1), _ => Now.AddHours(-1) },
            Except = random.Next(3) == 0 ? RandomNames(random, Universe[..4]) : NameSet.Empty,
        };
    }

    private static NameSet RandomNamesOrAll(SeededRandom random) => random.Next(4) == 0 ? NameSet.All : RandomNames(random, Universe[..4]);

    private static NameSet RandomNames(SeededRandom random, string[] from) => NameSet.Of(from.Where(_ => random.Next(2) == 0));

    /// <summary>The same numbers on every machine and every run.</summary>
    private sealed class SeededRandom(int seed)
    {
        private ulong _state = (ulong)seed * 0x9E3779B97F4A7C15;

        public int Next(int below)
        {
            _state ^= _state << 13;
            _state ^= _state >> 7;
            _state ^= _state << 17;
            return (int)(_state % (ulong)below);
        }
    }
}
