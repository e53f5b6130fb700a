using System.Xml.Linq;

using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;

namespace Edge.Tests.Xmpp.Modules;

/// <summary>Requests about accounts, in the words of tests.</summary>
internal static class AccountAnswers
{
    public static Task<IqResult> GetAsync(this XmppClient client, string? to, string payload) => client.AskAsync(to, IqType.Get, payload);

    public static Task<IqResult> SetAsync(this XmppClient client, string? to, string payload) => client.AskAsync(to, IqType.Set, payload);

    /// <summary>The payload without declarations and white space that mean nothing, to be compared as text.</summary>
    public static string? Plain(this IqResult result) => result.Payload is null ? null : Bare(result.Payload).ToString(SaveOptions.DisableFormatting);

    public static string Plain(string xml) => Bare(XElement.Parse(xml)).ToString(SaveOptions.DisableFormatting);

    private static Task<IqResult> AskAsync(this XmppClient client, string? to, IqType type, string payload) =>
        client.RequestAsync(to is null ? null : Conversation.Of(to), type, XElement.Parse(payload));

    private static XElement Bare(XElement element) => new(
        element.Name,
        element.Attributes().Where(a => !a.IsNamespaceDeclaration),
        element.Nodes().Select<XNode, object>(n => n is XElement child ? Bare(child) : n));
}
