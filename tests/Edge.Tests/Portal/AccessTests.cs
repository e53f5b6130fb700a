using System.Net;
using Edge.Portal.Layout;
using Edge.Portal.Security;
using Edge.Tests.Portal.Kit;
using Edge.Things.Provisioning;
using Edge.Things.Registry;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Tests.Portal;

/// <summary>Nobody sees or does what is not his: every endpoint there is, and every action on another's things.</summary>
public sealed class AccessTests
{
    // Whatever is added here must show nothing of anybody.
    private static readonly string[] OpenToAll =
        ["/healthz", "/sign-in", "/first-account", "/request-key", "/problem/{Code:int}", "/assets/{name}", "/_framework/opaque-redirect"];

    [Fact]
    public async Task Every_endpoint_but_the_open_ones_sends_a_stranger_to_the_sign_in_page()
    {
        await using var host = await PortalHost.StartAsync();
        using var stranger = host.Open();
        var closed = host.Endpoints.Where(e => !OpenToAll.Contains(Template(e))).ToList();
        Assert.True(closed.Count >= 15, $"Only {closed.Count} endpoints were found.");

        foreach (var endpoint in closed)
        {
            Assert.True(endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null, $"{Template(endpoint)} asks for nobody");
            Assert.True(endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null, $"{Template(endpoint)} lets anybody in");
            var path = Template(endpoint).Replace("{*Key}", "mqtt/sensor-1", StringComparison.Ordinal);
            var answer = Allows(endpoint, HttpMethods.Get) ? await stranger.GetAsync(path) : await stranger.PostAsync(path);
            if (path.StartsWith("/api/", StringComparison.Ordinal)) Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
            else Assert.StartsWith("/sign-in?ReturnUrl=", answer.Location, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_endpoint_of_the_portal_counts_for_the_request_limit()
    {
        await using var host = await PortalHost.StartAsync();

        Assert.All(
            host.Endpoints.Where(e => Template(e) is not "/healthz"),
            e => Assert.True(e.Metadata.GetMetadata<PortalEndpoint>() is not null, Template(e)));
    }

    [Fact]
    public async Task Only_operators_see_and_use_the_pages_of_the_operator()
    {
        await using var host = await PortalHost.StartAsync();
        using var anna = await host.OpenAsync("anna");
        using var olga = await host.OpenAsync("olga");

        foreach (var path in new[] { "/nodes", "/nodes/stickers" })
        {
            var refused = await anna.GetAsync(path);
            Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
            Assert.Contains("for the gateway's operators", refused.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("key", refused.Text, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await olga.GetAsync(path)).Status);
        }

        Assert.DoesNotContain("/nodes", (await anna.GetAsync("/")).Html, StringComparison.Ordinal);
        var token = (await anna.GetAsync("/")).Form("/sign-out").Fields.Single();
        Assert.Equal(HttpStatusCode.Forbidden, (await anna.PostAsync("/nodes/ask", token, ("node", "esp32-abc"))).Status);
        Assert.Empty(host.Home.Asked);
    }

    [Fact]
    public async Task A_visitor_sees_and_changes_nothing_of_the_owners_things()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        await host.BertAsksAsync(Operation.Read, "temperature");
        var question = host.Get<IProvisioning>().QuestionsFor(PortalHost.Anna).Single();
        using var bert = await host.OpenAsync("bert");

        foreach (var path in new[] { "/", "/questions", "/rules" })
            Assert.DoesNotContain("Sensor 1", (await bert.GetAsync(path)).Html, StringComparison.Ordinal);
        var page = await bert.GetAsync("/things/mqtt/sensor-1");
        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.DoesNotContain("21.5", page.Html, StringComparison.Ordinal);

        var token = (await bert.GetAsync("/")).Form("/sign-out").Fields.Single();
        await bert.PostAsync("/things/set", token, ("thing", "mqtt/sensor-1"), ("parameter", "led"), ("value", "true"));
        await bert.PostAsync("/things/rename", token, ("thing", "mqtt/sensor-1"), ("name", "Mine"));
        await bert.PostAsync("/things/disown", token, ("thing", "mqtt/sensor-1"), ("sure", "yes"));
        await bert.PostAsync(
            "/questions/answer", token, ("question", question.Id), ("names", "temperature"), ("scope", "caller"), ("until", "always"), ("verdict", "allow"));

        var thing = host.Get<IThingRegistry>().Find(host.Sensor)!;
        Assert.Equal((PortalHost.Anna, "Sensor 1"), (thing.Owner, thing.Name));
        Assert.Empty(host.Home.Controls);
        Assert.Single(host.Get<IProvisioning>().QuestionsFor(PortalHost.Anna));
        Assert.Empty(host.Get<IProvisioning>().RulesOf(PortalHost.Bert));
    }

    [Fact]
    public async Task A_visitor_cannot_take_back_the_owners_rule()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        await host.BertAsksAsync(Operation.Read, "temperature");
        using var anna = await host.OpenAsync("anna");
        await anna.SubmitAsync("/questions", "/questions/answer", ("verdict", "refuse"));
        var rule = host.Get<IProvisioning>().RulesOf(PortalHost.Anna).Single();
        using var bert = await host.OpenAsync("bert");
        var token = (await bert.GetAsync("/")).Form("/sign-out").Fields.Single();

        await bert.PostAsync("/rules/revoke", token, ("rule", rule.Id));

        Assert.Equal(rule, host.Get<IProvisioning>().RulesOf(PortalHost.Anna).Single());
    }

    [Fact]
    public async Task A_form_of_another_site_changes_nothing()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        using var anna = await host.OpenAsync("anna");

        foreach (var endpoint in host.Endpoints.Where(e => Allows(e, HttpMethods.Post) && !Allows(e, HttpMethods.Get)))
        {
            var answer = await anna.PostAsync(Template(endpoint), ("thing", "mqtt/sensor-1"), ("parameter", "led"), ("value", "true"), ("sure", "yes"));
            Assert.True(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden, $"{Template(endpoint)}: {answer.Status}");
        }

        foreach (var (path, handler) in new[] { ("/claim", "claim"), ("/sign-in", "password") })
            Assert.Equal(HttpStatusCode.BadRequest, (await anna.PostAsync(path, ("_handler", handler))).Status);
        Assert.Empty(host.Home.Controls);
        Assert.Equal(PortalHost.Anna, host.Get<IThingRegistry>().Find(host.Sensor)!.Owner);
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync("/")).Status);
    }

    [Fact]
    public async Task A_refused_form_is_explained_in_words()
    {
        await using var host = await PortalHost.StartAsync();
        using var anna = await host.OpenAsync("anna");

        var answer = await anna.PostAsync("/things/set", ("thing", "mqtt/sensor-1"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("Go back, reload the page, and try again.", answer.Text, StringComparison.Ordinal);
    }

    private static string Template(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.TrimStart('/');

    private static bool Allows(RouteEndpoint endpoint, string method) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not { HttpMethods.Count: > 0 } methods || methods.HttpMethods.Contains(method);
}
