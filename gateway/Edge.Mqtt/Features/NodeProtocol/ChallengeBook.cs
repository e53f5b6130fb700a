using System.Security.Cryptography;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>The challenges that one session was given: each answered once, within its time (XEP-0324 §3.1.3).</summary>
internal sealed class ChallengeBook(int capacity, TimeSpan lifetime, TimeProvider clock)
{
    private const int ChallengeBytes = 32;

    private readonly List<Challenge> _open = [];
    private int _lastNumber;

    /// <summary>Makes a challenge; null where too many wait for their answer.</summary>
    public Challenge? Next()
    {
        _open.RemoveAll(IsOver);
        if (_open.Count >= capacity) return null;

        var challenge = new Challenge(++_lastNumber, RandomNumberGenerator.GetBytes(ChallengeBytes), clock.GetUtcNow());
        _open.Add(challenge);
        return challenge;
    }

    /// <summary>Uses a challenge up; null where there is none of that number, or its time is over.</summary>
    public Challenge? Take(int number)
    {
        _open.RemoveAll(IsOver);
        var index = _open.FindIndex(c => c.Number == number);
        if (index < 0) return null;

        var challenge = _open[index];
        _open.RemoveAt(index);
        return challenge;
    }

    private bool IsOver(Challenge challenge) => clock.GetUtcNow() - challenge.MadeAt > lifetime;
}

/// <summary>A challenge and its sequence number.</summary>
internal sealed record Challenge(int Number, byte[] Bytes, DateTimeOffset MadeAt);
