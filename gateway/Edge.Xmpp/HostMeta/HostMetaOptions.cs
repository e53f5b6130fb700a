using Microsoft.Extensions.Options;

namespace Edge.Xmpp.HostMeta;

/// <summary>Where clients read that there is WebSocket and BOSH: <c>/.well-known/host-meta</c>, XEP-0156 (section <c>xmpp:hostMeta</c>).</summary>
public sealed class HostMetaOptions
{
    /// <summary>False answers 404 there.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The address that clients reach this gateway at, such as <c>https://xmpp.example</c>; empty takes the one that they have asked, which must be https.</summary>
    public string? BaseUri { get; set; }
}

/// <summary>Checks the section <c>xmpp:hostMeta</c>.</summary>
internal sealed class HostMetaOptionsValidator : IValidateOptions<HostMetaOptions>
{
    public ValidateOptionsResult Validate(string? name, HostMetaOptions options)
    {
        if (string.IsNullOrEmpty(options.BaseUri)) return ValidateOptionsResult.Success;

        var isBase = Uri.TryCreate(options.BaseUri, UriKind.Absolute, out var uri) && uri.Scheme == "https" && uri.PathAndQuery == "/" && uri.Fragment.Length == 0;
        return isBase
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"xmpp:hostMeta:baseUri is '{options.BaseUri}': give scheme, host and port only, such as https://xmpp.example, or leave it out.");
    }
}
