using System.Net;

namespace Edge.Gateway.Configuration;

/// <summary>Where one server listens.</summary>
public sealed class ListenerOptions
{
    /// <summary>False switches the listener off.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The address to bind: an IP address, <c>localhost</c>, or <c>any</c> for every interface.</summary>
    public string Address { get; set; } = "any";

    /// <summary>The TCP port; 0 takes a free one.</summary>
    public int Port { get; set; }

    /// <summary>The address as the network stack wants it; null where the text is not one.</summary>
    internal IPAddress? Parse() => Address switch
    {
        "any" => IPAddress.IPv6Any,
        "localhost" => IPAddress.Loopback,
        _ => IPAddress.TryParse(Address, out var address) ? address : null,
    };

    /// <summary>True where nobody but this machine can connect.</summary>
    internal bool IsLoopback => Parse() is { } address && IPAddress.IsLoopback(address);
}

/// <summary>What to do with a configured port that another process holds.</summary>
public enum TakenPort
{
    /// <summary>Say who holds it and do not start: clients know a service by its port.</summary>
    Fail,

    /// <summary>Say who holds it and take a free one: right for a demonstration.</summary>
    Next,
}

/// <summary>Every listener of the gateway (section <c>listeners</c>).</summary>
public sealed class ListenersOptions
{
    /// <summary>What to do with a port that is taken.</summary>
    public TakenPort TakenPort { get; set; } = TakenPort.Fail;

    /// <summary>MQTT over TLS.</summary>
    public ListenerOptions Mqtts { get; set; } = new() { Port = 8883 };

    /// <summary>MQTT in clear text; loopback only.</summary>
    public ListenerOptions Mqtt { get; set; } = new() { Port = 1883, Address = "localhost" };

    /// <summary>XMPP clients; STARTTLS.</summary>
    public ListenerOptions Xmpp { get; set; } = new() { Port = 5222 };

    /// <summary>The portal over TLS.</summary>
    public ListenerOptions Https { get; set; } = new() { Port = 8443 };

    /// <summary>The portal in clear text; loopback only. Off by default.</summary>
    public ListenerOptions Http { get; set; } = new() { Port = 8080, Address = "localhost", Enabled = false };

    /// <summary>All of them by name.</summary>
    internal IEnumerable<(string Name, ListenerOptions Listener, bool IsClearText)> All =>
        [("mqtts", Mqtts, false), ("mqtt", Mqtt, true), ("xmpp", Xmpp, false), ("https", Https, false), ("http", Http, true)];
}

/// <summary>Checks the listeners.</summary>
internal sealed class ListenersOptionsValidator : Microsoft.Extensions.Options.IValidateOptions<ListenersOptions>
{
    public Microsoft.Extensions.Options.ValidateOptionsResult Validate(string? name, ListenersOptions options)
    {
        var errors = new List<string>();
        foreach (var (key, listener, isClearText) in options.All.Where(l => l.Listener.Enabled))
        {
            if (listener.Parse() is null)
                errors.Add($"listeners:{key}:address is '{listener.Address}': give an IP address, localhost, or any.");
            else if (isClearText && !listener.IsLoopback)
                errors.Add($"listeners:{key}:address is '{listener.Address}', but this listener is clear text: give localhost, or use the TLS listener ({key}s).");

            if (listener.Port is < 0 or > 65535)
                errors.Add($"listeners:{key}:port is {listener.Port}: give 1 to 65535, or 0 for a free one.");
        }

        foreach (var clash in options.All.Where(l => l.Listener is { Enabled: true, Port: > 0 }).GroupBy(l => l.Listener.Port).Where(g => g.Count() > 1))
            errors.Add($"listeners: {string.Join(" and ", clash.Select(l => l.Name))} share port {clash.Key}: give each its own.");

        return errors.Count == 0 ? Microsoft.Extensions.Options.ValidateOptionsResult.Success : Microsoft.Extensions.Options.ValidateOptionsResult.Fail(errors);
    }
}
