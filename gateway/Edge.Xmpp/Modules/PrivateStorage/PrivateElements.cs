using System.Text;
using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Storage;
using Edge.Transport;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.PrivateStorage;

/// <summary>What accounts keep, one document each: a set replaces what was there under the names in it, all at once.</summary>
internal sealed class PrivateElements(IStorage storage, IOptions<PrivateStorageOptions> options) : IAccountData, IDisposable
{
    private readonly IStore<PrivateDocument> _store = storage.Open<PrivateDocument>("xmpp-private");
    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <inheritdoc/>
    public string Name => "private elements";

    /// <summary>The elements of this name.</summary>
    public async ValueTask<IReadOnlyList<XElement>> FindAsync(string account, XName name, CancellationToken cancel)
    {
        var document = await _store.FindAsync(account, cancel).ConfigureAwait(false);
        return document is null ? [] : [.. document.Elements.Where(e => e.Is(name)).Select(e => XElement.Parse(e.Xml, LoadOptions.PreserveWhitespace))];
    }

    /// <summary>Keeps elements in place of all that had their names.</summary>
    /// <returns>False where the account would keep more than it may.</returns>
    public async ValueTask<bool> TrySaveAsync(string account, IReadOnlyList<XElement> elements)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            var document = await _store.FindAsync(account, CancellationToken.None).ConfigureAwait(false);
            var kept = (document?.Elements ?? []).Where(e => !elements.Any(given => e.Is(given.Name)));
            PrivateElement[] all = [.. kept, .. elements.Select(PrivateElement.Of)];
            if (all.Sum(e => (long)Encoding.UTF8.GetByteCount(e.Xml)) > options.Value.MaxBytesPerAccount) return false;

            await _store.SaveAsync(account, new(all), CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string account, CancellationToken cancel) => await _store.DeleteAsync(account, cancel).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose() => _writing.Dispose();
}

/// <summary>What an account keeps.</summary>
internal sealed record PrivateDocument(IReadOnlyList<PrivateElement> Elements);

/// <summary>An element and the name that it is asked by.</summary>
internal sealed record PrivateElement(string Namespace, string LocalName, string Xml)
{
    public static PrivateElement Of(XElement element) =>
        new(element.Name.NamespaceName, element.Name.LocalName, XmlText.ToText(element, defaultNamespace: ""));

    public bool Is(XName name) => LocalName == name.LocalName && Namespace == name.NamespaceName;
}

/// <summary>Limits of private storage; section <c>xmpp:privateStorage</c>.</summary>
public sealed class PrivateStorageOptions
{
    /// <summary>All that one account keeps, in bytes: settings and bookmarks of several clients. It is read and written as a whole.</summary>
    public int MaxBytesPerAccount { get; set; } = 128 * 1024;
}

/// <summary>Checks <see cref="PrivateStorageOptions"/>.</summary>
internal sealed class PrivateStorageOptionsValidator : IValidateOptions<PrivateStorageOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PrivateStorageOptions options) => new OptionErrors("xmpp:privateStorage")
        .Range("maxBytesPerAccount", options.MaxBytesPerAccount, 1024, 16 * 1024 * 1024)
        .Result;
}
