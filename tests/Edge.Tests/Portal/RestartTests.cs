using System.Net;
using Edge.Identity;
using Edge.Identity.Accounts;
using Edge.Portal;
using Edge.Storage;
using Edge.TestKit;
using Edge.Tests.Portal.Kit;
using Edge.Things;
using Edge.Things.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Portal;

/// <summary>The portal over the real storage and identity, as the gateway composes it.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task The_first_operator_is_made_by_a_real_code_and_stays_signed_in_over_a_restart()
    {
        using var data = new TempFolder();
        using var browser = new MovingBrowser();
        await using (var app = await StartAsync(data))
        {
            browser.GoTo(app.Urls.First());
            var code = await app.Services.GetRequiredService<IOneTimeCodes>().IssueAsync(null, TimeSpan.FromHours(1));
            Assert.Equal("/first-account", (await browser.Here.SubmitAsync("/sign-in?code=" + code, "code")).Location);
            (string, string)[] account = [("Form.Name", "Olga"), ("Form.Password", PortalHost.Password), ("Form.Again", PortalHost.Password)];
            Assert.Equal("/", (await browser.Here.SubmitAsync("/first-account", "first", account)).Location);
            await app.StopAsync();
        }

        await using var again = await StartAsync(data);
        browser.GoTo(again.Urls.First());
        var page = await browser.Here.GetAsync("/nodes");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Signed in as", page.Text, StringComparison.Ordinal);
        await again.StopAsync();
    }

    private static async Task<WebApplication> StartAsync(TempFolder data)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var home = new FakeHome();
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton<INodeSource>(home)
            .AddSingleton<INodeLink>(home)
            .AddEdgeStorage(builder.Configuration.GetSection("storage"), data.Path)
            .AddEdgeIdentity(builder.Configuration.GetSection("identity"), data.Path)
            .AddEdgeThings(builder.Configuration.GetSection("things"))
            .AddEdgePortal(builder.Configuration.GetSection("portal"));
        var app = builder.Build();
        app.MapEdgePortal();
        await app.StartAsync();
        return app;
    }

    /// <summary>A browser that keeps its cookies while the gateway's port changes; cookies know hosts, not ports.</summary>
    private sealed class MovingBrowser : IDisposable
    {
        public Browser Here { get; private set; } = new(new("http://127.0.0.1/"));

        public void GoTo(string address)
        {
            var before = Here;
            Here = before.Copy(new(address));
            before.Dispose();
        }

        public void Dispose() => Here.Dispose();
    }
}
