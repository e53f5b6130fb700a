using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Storage;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.AccountElements;

/// <summary>An element that an account keeps here, and that goes with the account.</summary>
/// <param name="storage">Where documents live.</param>
/// <param name="collection">The collection of documents.</param>
/// <param name="name">What it is, for people.</param>
internal abstract class AccountElement(IStorage storage, string collection, string name) : IAccountData
{
    private readonly IStore<StoredElement> _store = storage.Open<StoredElement>(collection);

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <summary>The element; null where there is none.</summary>
    public async ValueTask<XElement?> FindAsync(string account, CancellationToken cancel) =>
        await _store.FindAsync(account, cancel).ConfigureAwait(false) is { } stored ? XElement.Parse(stored.Xml, LoadOptions.PreserveWhitespace) : null;

    /// <summary>Keeps the element in place of the former one, durably. Once begun it is finished even where the client has gone.</summary>
    /// <returns>False where its text is longer than <paramref name="maxBytes"/>.</returns>
    public async ValueTask<bool> TrySaveAsync(string account, XElement element, int maxBytes)
    {
        var xml = XmlText.ToText(element, defaultNamespace: "");
        if (System.Text.Encoding.UTF8.GetByteCount(xml) > maxBytes) return false;

        await _store.SaveAsync(account, new(xml), CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    /// <summary>Removes the element.</summary>
    public async ValueTask DeleteAsync(string account, CancellationToken cancel) => await _store.DeleteAsync(account, cancel).ConfigureAwait(false);
}

/// <summary>An element as it is stored.</summary>
internal sealed record StoredElement(string Xml);
