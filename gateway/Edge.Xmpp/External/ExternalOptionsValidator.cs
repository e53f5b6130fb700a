using System.Net;

using Edge.Things;
using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.External;

/// <summary>Finds all that is wrong with section <c>xmpp:external</c>.</summary>
internal sealed class ExternalOptionsValidator : IValidateOptions<ExternalOptions>
{
    private const string Section = "xmpp:external";

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ExternalOptions options)
    {
        var errors = new List<string>();
        if (!Jid.TryParse($"{options.Account}@example.org/{options.Resource}", out var jid) || jid.Local.Length == 0 || jid.Resource.Length == 0)
            errors.Add($"{Section}:account is '{options.Account}' and {Section}:resource '{options.Resource}': give the two parts of an address, such as concentrator and edge.");
        CheckSecret(errors, $"{Section}:password", options.Password, options.PasswordFile);
        foreach (var component in ExternalNames.Components)
        {
            var given = options.Components.TryGetValue(component, out var found) ? found : new();
            CheckSecret(errors, $"{Section}:components:{component}:secret", given.Secret, given.SecretFile);
        }

        foreach (var component in options.Components.Keys.Where(c => !ExternalNames.Components.Contains(c)))
            errors.Add($"{Section}:components:{component}: there is no such component; give {string.Join(" and ", ExternalNames.Components)}.");
        if (options.AuthorityFile.Length > 0 && !File.Exists(options.AuthorityFile))
            errors.Add($"{Section}:authorityFile is '{options.AuthorityFile}': there is no such file.");
        if (!options.ClearText && !IsLoopback(options))
            errors.Add($"{Section}:componentHost is not this machine, and components have no TLS: connect through a tunnel on it, or set {Section}:clearText to true.");
        return new OptionErrors(Section)
            .Add(errors)
            .Range("port", options.Port, 1, 65_535)
            .Range("componentPort", options.ComponentPort, 1, 65_535)
            .Range("connectSeconds", options.ConnectSeconds, 5, 600)
            .Range("maxRetrySeconds", options.MaxRetrySeconds, 1, 86_400)
            .Range("pingSeconds", options.PingSeconds, 5, 3600)
            .Range("maxQueuedStanzas", options.MaxQueuedStanzas, 10, 1_000_000)
            .Range("maxRequests", options.MaxRequests, 1, 100_000)
            .Range("maxOnline", options.MaxOnline, 1, 1_000_000)
            .Result;
    }

    private static void CheckSecret(List<string> errors, string key, string value, string file)
    {
        if (value.Length > 0 && file.Length > 0) errors.Add($"{key} and {key}File are both given: give one.");
        else if (value.Length == 0 && file.Length == 0) errors.Add($"{key} is missing: give it, or {key}File.");
        else if (file.Length > 0 && !File.Exists(file)) errors.Add($"{key}File is '{file}': there is no such file.");
    }

    private static bool IsLoopback(ExternalOptions options)
    {
        var host = options.ComponentHost.Length > 0 ? options.ComponentHost : options.Host;
        return host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }
}

/// <summary>The services by the names that modules gave them.</summary>
internal static class ExternalNames
{
    /// <summary>What is an account there: the service that owns the nodes.</summary>
    public const string Concentrator = "concentrator";

    /// <summary>What connects as a component.</summary>
    public static readonly string[] Components = ["things", "provisioning"];
}
