using System.Globalization;
using System.Xml.Linq;

using Edge.Identity.Accounts;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.PrivateStorage;

/// <summary>XEP-0049: a client keeps elements of its own at the account: settings, bookmarks, notes. Nobody else gets at them.</summary>
[Xep(49, "1.2", Keeps = "xmpp-private")]
internal sealed class PrivateStorageModule(PrivateElements elements, IOptions<PrivateStorageOptions> options) : IXmppModule
{
    private static readonly XNamespace Namespace = "jabber:iq:private";
    private static readonly XName Query = Namespace + "query";

    public static void AddServices(IServiceCollection services, IConfiguration section) => services
        .AddModuleOptions<PrivateStorageOptions, PrivateStorageOptionsValidator>(section)
        .AddSingleton<PrivateElements>()
        .AddSingleton<IAccountData>(provider => provider.GetRequiredService<PrivateElements>());

    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(Namespace.NamespaceName)
        .OnAccount().Feature(Namespace.NamespaceName).OnIqGet(Query, GetAsync).OnIqSet(Query, SetAsync)
        .OnAccountForOthers()
        .OnIqGet(Query, (_, _) => new(StanzaError.Forbidden)) // §3, whether or not there is such an account
        .OnIqSet(Query, (_, _) => new(StanzaError.Forbidden));

    private async ValueTask<IqResult> GetAsync(Iq request, CancellationToken cancel)
    {
        if (request.Payload.Elements().ToArray() is not [{ } asked]) return StanzaError.BadRequest with { Text = "Ask for one element." };
        if (!IsProper(asked)) return NotProper;

        var found = await elements.FindAsync(request.From.Local, asked.Name, cancel);
        return new XElement(Query, found.Count == 0 ? [new XElement(asked.Name)] : found);
    }

    private async ValueTask<IqResult> SetAsync(Iq request, CancellationToken cancel)
    {
        var given = request.Payload.Elements().ToList();
        if (given.Count == 0 || !given.TrueForAll(IsProper)) return NotProper;
        if (await elements.TrySaveAsync(request.From.Local, given)) return IqResult.Empty;

        return StanzaError.ResourceConstraint with
        {
            Text = string.Create(
                CultureInfo.InvariantCulture, $"An account may keep {options.Value.MaxBytesPerAccount} bytes (xmpp:privateStorage:maxBytesPerAccount)."),
        };
    }

    private static StanzaError NotProper => StanzaError.NotAcceptable with { Text = "An element here has a namespace of its own." };

    private static bool IsProper(XElement element) => element.Name.NamespaceName is not ("" or "jabber:client") && element.Name.Namespace != Namespace;
}
