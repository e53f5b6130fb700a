using Edge.Portal.Views;
using Edge.Things.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Edge.Portal.Pages.Nodes;

/// <summary>What is on the sticker of a node that has no owner yet. It carries the claim secret: for operators only.</summary>
public sealed record Sticker(string Key, Node Node, string Uri, string Address);

/// <summary>Makes the stickers of every node behind the concentrator that can be claimed.</summary>
internal sealed class Stickers(IConcentrator concentrator, INodeClaims claims, ThingViews views, IOptions<PortalOptions> options)
{
    public IReadOnlyList<Sticker> All(HttpContext http) =>
    [
        .. from source in concentrator.Sources
           from node in source.Nodes
           let uri = claims.ClaimUri(node.Reference)
           where uri is not null
           orderby node.Name
           select new Sticker(views.KeyOf(concentrator.Identify(node.Reference)), node, uri, ClaimLink.Address(Portal(http.Request), uri)),
    ];

    private string Portal(HttpRequest request) =>
        options.Value.PublicUrl is { Length: > 0 } configured ? configured : $"{request.Scheme}://{request.Host}";
}
