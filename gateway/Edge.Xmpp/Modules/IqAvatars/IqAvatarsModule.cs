using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Storage;
using Edge.Xmpp.Modules.AccountElements;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Xmpp.Modules.IqAvatars;

/// <summary>XEP-0008: small pictures, asked of the client itself (an iq like any other, which is routed) or of the account, where the client has
/// left it.</summary>
[Xep(8, "0.3.1", Keeps = "xmpp-avatars", Note = "Obsolete, and served: between clients (jabber:iq:avatar, jabber:x:avatar) and from the account (storage:client:avatar).")]
internal sealed class IqAvatarsModule(StoredAvatars avatars) : IXmppModule
{
    private const int MaxImageBytes = 8 * 1024; // §2: less than eight kilobytes
    private const int MaxBytes = 16 * 1024; // in base64, with line breaks

    private static readonly XNamespace Namespace = "storage:client:avatar";
    private static readonly XName Query = Namespace + "query";

    public static void AddServices(IServiceCollection services, IConfiguration section) => services
        .AddSingleton<StoredAvatars>()
        .AddSingleton<IAccountData>(provider => provider.GetRequiredService<StoredAvatars>());

    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnAccount().Feature(Namespace.NamespaceName).OnIqGet(Query, GetOwnAsync).OnIqSet(Query, SetAsync)
        .OnAccountForOthers().Feature(Namespace.NamespaceName).OnIqGet(Query, GetAsync)
        .OnIqSet(Query, (_, _) => new(StanzaError.Forbidden));

    private async ValueTask<IqResult> GetOwnAsync(Iq request, CancellationToken cancel) =>
        await avatars.FindAsync(request.From.Local, cancel) ?? new XElement(Query);

    private async ValueTask<IqResult> GetAsync(Iq request, CancellationToken cancel) =>
        await avatars.FindAsync(request.To.Local, cancel) is { } avatar ? avatar : StanzaError.ServiceUnavailable;

    private async ValueTask<IqResult> SetAsync(Iq request, CancellationToken cancel)
    {
        if (!request.Payload.HasElements)
        {
            await avatars.DeleteAsync(request.From.Local, CancellationToken.None);
            return IqResult.Empty;
        }

        if (!IsPicture(request.Payload))
            return StanzaError.NotAcceptable with { Text = "A picture of this kind is GIF, JPEG or PNG in base64, of less than 8 KiB (XEP-0008 §2)." };

        return await avatars.TrySaveAsync(request.From.Local, request.Payload, MaxBytes) ? IqResult.Empty : StanzaError.NotAcceptable;
    }

    private static bool IsPicture(XElement query) =>
        query.Elements().ToArray() is [{ } data] && data.Name == Namespace + "data"
        && data.Attribute("mimetype")?.Value is "image/gif" or "image/jpeg" or "image/png"
        && System.Buffers.Text.Base64.IsValid(query.Element(Namespace + "data")!.Value, out var length) && length is > 0 and < MaxImageBytes;
}

/// <summary>The pictures of all accounts.</summary>
internal sealed class StoredAvatars(IStorage storage) : AccountElement(storage, "xmpp-avatars", "avatar");
