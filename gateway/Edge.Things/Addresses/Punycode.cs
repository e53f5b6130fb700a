using System.Text;

namespace Edge.Things.Addresses;

/// <summary>The encoding of labels in ASCII (RFC 3492), without the prefix <c>xn--</c>.</summary>
internal static class Punycode
{
    private const int Base = 36, TMin = 1, TMax = 26, Skew = 38, Damp = 700, InitialBias = 72, InitialN = 128;

    /// <summary>The label in ASCII.</summary>
    public static string Encode(List<int> label)
    {
        var output = new StringBuilder();
        foreach (var c in label.Where(c => c < InitialN)) output.Append((char)c);
        var (basic, done) = (output.Length, output.Length);
        if (basic > 0) output.Append('-');

        var (n, delta, bias) = (InitialN, 0, InitialBias);
        while (done < label.Count)
        {
            var next = label.Where(c => c >= n).Min();
            delta += (next - n) * (done + 1);
            n = next;
            foreach (var c in label)
            {
                if (c < n) delta++;
                if (c != n) continue;

                Write(output, delta, bias);
                bias = Adapt(delta, done + 1, done == basic);
                (delta, done) = (0, done + 1);
            }

            delta++;
            n++;
        }

        return output.ToString();
    }

    /// <summary>The label behind the ASCII, or null where it is none.</summary>
    public static List<int>? Decode(ReadOnlySpan<char> text)
    {
        List<int> label = [];
        var dash = text.LastIndexOf('-');
        for (var i = 0; i < dash; i++) label.Add(text[i]);

        var (n, at, bias) = (InitialN, 0, InitialBias);
        for (var i = dash + 1; i < text.Length;)
        {
            var (before, weight) = (at, 1);
            for (var k = Base; ; k += Base)
            {
                if (i >= text.Length || Digit(text[i++]) is not (>= 0 and var digit) || digit > (int.MaxValue - at) / weight) return null;
                at += digit * weight;
                var threshold = Threshold(k, bias);
                if (digit < threshold) break;
                if (weight > int.MaxValue / (Base - threshold)) return null;
                weight *= Base - threshold;
            }

            bias = Adapt(at - before, label.Count + 1, before == 0);
            n += at / (label.Count + 1);
            at %= label.Count + 1;
            if (n < InitialN || !Rune.IsValid(n)) return null;
            label.Insert(at++, n);
        }

        return label;
    }

    private static void Write(StringBuilder output, int delta, int bias)
    {
        for (var k = Base; ; k += Base)
        {
            var threshold = Threshold(k, bias);
            if (delta < threshold) break;
            output.Append(Letter(threshold + ((delta - threshold) % (Base - threshold))));
            delta = (delta - threshold) / (Base - threshold);
        }

        output.Append(Letter(delta));
    }

    private static int Threshold(int k, int bias) => Math.Clamp(k - bias, TMin, TMax);

    private static int Adapt(int delta, int count, bool isFirst)
    {
        delta = isFirst ? delta / Damp : delta / 2;
        delta += delta / count;
        var k = 0;
        for (; delta > (Base - TMin) * TMax / 2; k += Base) delta /= Base - TMin;
        return k + ((Base - TMin + 1) * delta / (delta + Skew));
    }

    private static char Letter(int digit) => (char)(digit < 26 ? 'a' + digit : '0' + digit - 26);

    private static int Digit(char c) => char.IsAsciiLetter(c) ? (c | 0x20) - 'a' : char.IsAsciiDigit(c) ? c - '0' + 26 : -1;
}
