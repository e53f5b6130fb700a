using Edge.Things;
using Edge.Transport.Tls;

using Microsoft.Extensions.Options;

namespace Edge.Gateway.Hosting;

/// <summary>A few lines for a person: what runs where.</summary>
internal static class Greeting
{
    /// <summary>Writes them.</summary>
    public static async Task WriteAsync(TextWriter to, GatewayHost host)
    {
        foreach (var clash in host.Clashes)
            await to.WriteLineAsync($"Port {clash.Port} ({clash.Listener}) is held by {clash.Holder}; another one is used.");

        var at = host.Endpoints;
        var domain = host.Services.GetRequiredService<IOptions<ThingsOptions>>().Value.Domain;
        await to.WriteLineAsync($"Edge gateway for {domain}");
        await LineAsync(to, "MQTT over TLS", at.Mqtts, "nodes and clients, bearer token in the password");
        await LineAsync(to, "MQTT, clear", at.Mqtt, "this machine only, unless configured otherwise");
        foreach (var more in at.More) await LineAsync(to, more.IsTls ? "MQTT over TLS" : "MQTT, clear", more.Port, more.Name);
        await LineAsync(to, "XMPP", at.Xmpp, "STARTTLS, SCRAM");
        await LineAsync(to, "XMPP over TLS", at.Xmpps, "TLS at once, SCRAM");
        await LineAsync(to, "Portal (https)", at.Https, "owners and operators");
        await LineAsync(to, "Portal (http)", at.Http, "this machine only");
        await to.WriteLineAsync($"  {"CA certificate",-16} {host.Services.GetRequiredService<LocalCertificates>().AuthorityFile ?? "your own"}");
    }

    private static async Task LineAsync(TextWriter to, string what, int port, string note)
    {
        if (port > 0) await to.WriteLineAsync($"  {what,-16} port {port,-5} {note}");
    }
}
