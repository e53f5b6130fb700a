using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.WebSockets;

/// <summary>Puts the broker behind a web application's listeners.</summary>
public static class MqttWebSockets
{
    /// <summary>Where it is: the path that MQTT over WebSocket has nearly everywhere.</summary>
    public const string Path = "/mqtt";

    /// <summary>Serves MQTT over WebSocket at <see cref="Path"/>. First in the pipeline: nothing that pages need concerns it.</summary>
    /// <param name="app">The application.</param>
    /// <param name="policy">What is allowed; without it, what the listener was given with <see cref="MqttListeners.UseMqttPolicy"/>, or else what
    /// <see cref="MqttListenerPolicy"/> says, under the name <c>ws</c> or <c>wss</c>.</param>
    public static IApplicationBuilder UseMqttWebSockets(this IApplicationBuilder app, Func<HttpContext, MqttListenerPolicy>? policy = null)
    {
        policy ??= static http => http.Features.Get<MqttListenerPolicy>() ?? new() { Name = http.Request.IsHttps ? "wss" : "ws" };
        var handler = app.ApplicationServices.GetRequiredService<MqttWebSocketHandler>();
        return app.MapWhen(
            static http => http.Request.Path == Path,
            branch => branch.UseWebSockets().Run(http => handler.HandleAsync(http, policy(http))));
    }

    /// <summary>Adds what it needs; <paramref name="section"/> is <c>mqtt:webSocket</c>.</summary>
    internal static void AddServices(IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<MqttWebSocketOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MqttWebSocketOptions>, MqttWebSocketOptionsValidator>());
        services.AddSingleton<MqttWebSocketHandler>();
    }
}
