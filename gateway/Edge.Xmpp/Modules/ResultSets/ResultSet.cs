using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml.Linq;

namespace Edge.Xmpp.Modules.ResultSets;

/// <summary>Which part of many results somebody wants (XEP-0059 §2).</summary>
[Xep(59, "1.0", Note = "For disco#items")]
public sealed record ResultSetRequest
{
    /// <summary>The namespace of result sets.</summary>
    public static readonly XNamespace Namespace = "http://jabber.org/protocol/rsm";

    /// <summary>How many at most; null: as many as we give.</summary>
    public int? Max { get; init; }

    /// <summary>Behind the item with this id.</summary>
    public string? After { get; init; }

    /// <summary>In front of the item with this id; empty: the last ones.</summary>
    public string? Before { get; init; }

    /// <summary>From this place on, counted from 0.</summary>
    public int? Index { get; init; }

    /// <summary>Reads the child <c>set</c> of a request; null where there is none.</summary>
    /// <returns>False where it is malformed.</returns>
    public static bool TryFind(XElement payload, out ResultSetRequest? request, [NotNullWhen(false)] out StanzaError? error)
    {
        (request, error) = (null, null);
        if (payload.Element(Namespace + "set") is not { } set) return true;
        if (!TryNumber(set.Element(Namespace + "max"), out var max) || !TryNumber(set.Element(Namespace + "index"), out var index))
        {
            error = StanzaError.BadRequest with { Text = "The elements max and index hold a number from 0 on." };
            return false;
        }

        request = new() { Max = max, Index = index, After = set.Element(Namespace + "after")?.Value, Before = set.Element(Namespace + "before")?.Value };
        return true;
    }

    private static bool TryNumber(XElement? element, out int? number)
    {
        number = null;
        if (element is null) return true;
        if (!int.TryParse(element.Value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return false;

        number = value;
        return true;
    }
}

/// <summary>A part of many results, with the element that says which.</summary>
public sealed record ResultPage<T>(IReadOnlyList<T> Items, XElement Set);

/// <summary>Cuts pages out of lists.</summary>
public static class ResultSet
{
    /// <summary>The page that is asked for.</summary>
    /// <param name="all">All results, in an order that stays.</param>
    /// <param name="idOf">The id of a result, unique among them.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="most">How many we give at a time.</param>
    /// <param name="page">The page.</param>
    /// <returns>False where the id in the request is of none of the results: <c>item-not-found</c> (§2.5).</returns>
    public static bool TryCut<T>(
        IReadOnlyList<T> all, Func<T, string> idOf, ResultSetRequest request, int most, [NotNullWhen(true)] out ResultPage<T>? page)
    {
        page = null;
        var count = Math.Min(request.Max ?? most, most);
        int start;
        if (request.Before is { } before)
        {
            var end = before.Length == 0 ? all.Count : PlaceOf(all, idOf, before);
            if (end < 0) return false;
            start = Math.Max(0, end - count);
            count = end - start;
        }
        else if (request.After is { Length: > 0 } after)
        {
            start = PlaceOf(all, idOf, after) + 1;
            if (start == 0) return false;
        }
        else
        {
            start = Math.Min(request.Index ?? 0, all.Count);
        }

        T[] items = [.. all.Skip(start).Take(count)];
        page = new(items, Write(items, idOf, start, all.Count));
        return true;
    }

    private static int PlaceOf<T>(IReadOnlyList<T> all, Func<T, string> idOf, string id)
    {
        for (var i = 0; i < all.Count; i++)
        {
            if (idOf(all[i]) == id) return i;
        }

        return -1;
    }

    private static XElement Write<T>(T[] items, Func<T, string> idOf, int start, int total)
    {
        var ns = ResultSetRequest.Namespace;
        return new(
            ns + "set",
            items.Length == 0 ? null : new XElement(ns + "first", new XAttribute("index", start.ToString(CultureInfo.InvariantCulture)), idOf(items[0])),
            items.Length == 0 ? null : new XElement(ns + "last", idOf(items[^1])),
            new XElement(ns + "count", total.ToString(CultureInfo.InvariantCulture)));
    }
}
