using Edge.Mqtt.Topics;
using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Authorization;

/// <summary>What SUBACK tells clients of MQTT 5 of a filter that they may not have (MQTT 5.0 §3.9.3).</summary>
public enum RefusedSubscribe
{
    /// <summary>0x87: they are not authorized.</summary>
    NotAuthorized,

    /// <summary>0x80: no, and not why.</summary>
    Unspecified,
}

/// <summary>Section <c>mqtt:authorization</c>.</summary>
public sealed class AuthorizationOptions
{
    /// <summary>Topic filters of what no client may read or write, whatever it shows. A subscription that is wider holds, and brings nothing of that.</summary>
    public IList<string> Closed { get; } = [];

    /// <summary>What clients of MQTT 5 are told of a refused subscription. Why, by default: it helps whoever sets up a client, and says nothing of the topics.</summary>
    public RefusedSubscribe RefusedSubscribe { get; set; } = RefusedSubscribe.NotAuthorized;
}

internal sealed class AuthorizationOptionsValidator : IValidateOptions<AuthorizationOptions>
{
    private const int MaxClosed = 64; // each is looked at for each new topic

    public ValidateOptionsResult Validate(string? name, AuthorizationOptions options)
    {
        var errors = new OptionErrors("mqtt:authorization");
        if (options.Closed.Count > MaxClosed) errors.Add($"mqtt:authorization:closed has {options.Closed.Count} entries: give {MaxClosed} at the most.");
        foreach (var (i, filter) in options.Closed.Index())
            if (!TopicFilter.TryParse(filter, out _)) errors.Add($"mqtt:authorization:closed:{i} is '{filter}': give a topic filter, such as private/#.");

        return errors.Result;
    }
}
