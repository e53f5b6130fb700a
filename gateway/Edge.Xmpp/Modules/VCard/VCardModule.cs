using System.Globalization;
using System.Xml.Linq;

using Edge.Identity.Accounts;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.VCard;

/// <summary>XEP-0054: an account's card: its owner writes it, everybody may read it, whoever is online.</summary>
[Xep(54, "1.3.0", Keeps = "xmpp-vcards")]
[Xep(153, "1.1.1", Note = "The picture in the vCard; its hash in presence is the clients' and passes untouched.")]
internal sealed class VCardModule(VCards cards, IOptions<VCardOptions> options) : IXmppModule
{
    private static readonly XName Card = XName.Get("vCard", "vcard-temp");

    public static void AddServices(IServiceCollection services, IConfiguration section) => services
        .AddModuleOptions<VCardOptions, VCardOptionsValidator>(section)
        .AddSingleton<VCards>()
        .AddSingleton<IAccountData>(provider => provider.GetRequiredService<VCards>());

    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(Card.NamespaceName)
        .OnAccount().Feature(Card.NamespaceName).OnIqGet(Card, GetOwnAsync).OnIqSet(Card, SetAsync)
        .OnAccountForOthers().Feature(Card.NamespaceName).OnIqGet(Card, GetAsync)
        .OnIqSet(Card, (_, _) => new(StanzaError.Forbidden)); // §3.2, whether or not there is such an account

    private async ValueTask<IqResult> GetOwnAsync(Iq request, CancellationToken cancel) =>
        await cards.FindAsync(request.From.Local, cancel) ?? new XElement(Card);

    // §3.3: no card, and no account, are the same, so that nobody harvests addresses.
    private async ValueTask<IqResult> GetAsync(Iq request, CancellationToken cancel) =>
        await cards.FindAsync(request.To.Local, cancel) is { } card ? card : StanzaError.ServiceUnavailable;

    private async ValueTask<IqResult> SetAsync(Iq request, CancellationToken cancel)
    {
        if (await cards.TrySaveAsync(request.From.Local, request.Payload, options.Value.MaxBytes)) return IqResult.Empty;

        return StanzaError.NotAcceptable with
        {
            Text = string.Create(CultureInfo.InvariantCulture, $"A vCard may have {options.Value.MaxBytes} bytes (xmpp:vCard:maxBytes): make the picture smaller."),
        };
    }
}
