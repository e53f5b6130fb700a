using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>Section <c>mqtt:authentication</c>.</summary>
public sealed class AuthenticationOptions
{
    /// <summary>Seconds that a session without a token lasts at the most. Five minutes: time for a person to walk to the button.</summary>
    public int BootstrapSeconds { get; set; } = 300;
}

internal sealed class AuthenticationOptionsValidator : IValidateOptions<AuthenticationOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthenticationOptions options) => options.BootstrapSeconds is >= 10 and <= 300
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"mqtt:authentication:bootstrapSeconds is {options.BootstrapSeconds}: give 10 to 300.");
}
