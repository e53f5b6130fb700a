using Edge.Portal.Layout;
using Edge.Portal.Security;
using Edge.Portal.Views;
using Edge.Things.Nodes;
using Edge.Things.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Portal.Pages.Things;

/// <summary>What the buttons of a thing do: set a parameter, rename, give up. Each finds the thing among the owner's own only.</summary>
internal sealed class ThingActions : IPortalEndpoints
{
    public const int MaxNameLength = 64;
    private static readonly Note NotYours = new("This is not one of your things.", IsProblem: true);

    public void Map(IEndpointRouteBuilder portal)
    {
        portal.MapPost("/things/set", SetAsync);
        portal.MapPost("/things/rename", RenameAsync);
        portal.MapPost("/things/disown", DisownAsync);
    }

    private static async Task<IResult> SetAsync(HttpContext http, IFormCollection form, ThingViews views, ParameterSetter setter, Notes notes)
    {
        var user = PortalUser.From(http.User)!;
        var thing = views.Find(user.Jid, form["thing"]);
        var note = thing is null ? NotYours : await setter.SetAsync(user, thing, form["parameter"].ToString(), form["value"].ToString(), http.RequestAborted);
        return Reply.Back(http, notes, note, ReturnPath.Safe(form["back"]));
    }

    private static async Task<IResult> RenameAsync(HttpContext http, IFormCollection form, ThingViews views, IThingRegistry registry, Notes notes)
    {
        var user = PortalUser.From(http.User)!;
        if (views.Find(user.Jid, form["thing"]) is not { } thing) return Reply.Back(http, notes, NotYours, ReturnPath.Home);

        var name = form["name"].ToString().Trim();
        if (name.Length is 0 or > MaxNameLength || name.Any(char.IsControl))
            return Reply.Back(http, notes, new($"Give a name of 1 to {MaxNameLength} characters.", IsProblem: true), thing.Path);

        var result = await registry.UpdateAsync(thing.Thing.Id, user.Jid, [new Tag("NAME", name)], http.RequestAborted);
        var note = result == UpdateResult.Updated ? new Note($"It is called {name} now.") : new("The name was not taken. Try another.", IsProblem: true);
        return Reply.Back(http, notes, note, thing.Path);
    }

    private static async Task<IResult> DisownAsync(HttpContext http, IFormCollection form, ThingViews views, IThingRegistry registry, Notes notes)
    {
        var user = PortalUser.From(http.User)!;
        if (views.Find(user.Jid, form["thing"]) is not { } thing) return Reply.Back(http, notes, NotYours, ReturnPath.Home);
        if (form["sure"] != "yes") return Reply.Back(http, notes, new("Nothing was changed: tick the box first.", IsProblem: true), thing.Path);

        var isGone = await registry.DisownAsync(user.Jid, thing.Thing.Id, http.RequestAborted);
        return Reply.Back(http, notes, isGone ? new($"You gave up {thing.Thing.Name}.") : NotYours, ReturnPath.Home);
    }
}
