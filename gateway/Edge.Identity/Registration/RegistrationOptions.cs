using Microsoft.Extensions.Options;

namespace Edge.Identity.Registration;

/// <summary>Section <c>identity:registration</c>: accounts that programs make for themselves with a key.</summary>
public sealed class RegistrationOptions
{
    /// <summary>Most keys (1 to 100000). One per manufacturer or installer, and some to spare.</summary>
    public int MaxKeys { get; set; } = 1000;

    /// <summary>Most accounts that one key may make (1 to 1000000).</summary>
    public int MaxQuota { get; set; } = 10_000;

    /// <summary>Lets people ask for a key on a page of the portal that needs no account. Off: the gateway of a home has nobody to ask.</summary>
    public bool Requests { get; set; }

    /// <summary>Most requests that wait for an operator (1 to 10000); more are refused. An operator does not read a thousand.</summary>
    public int MaxRequests { get; set; } = 100;

    /// <summary>Days after which a request that nobody answered is forgotten (1 to 365).</summary>
    public int RequestDays { get; set; } = 30;
}

internal sealed class RegistrationOptionsValidator : IValidateOptions<RegistrationOptions>
{
    public ValidateOptionsResult Validate(string? name, RegistrationOptions options)
    {
        List<string> errors = [];
        Check("maxKeys", options.MaxKeys, 100_000);
        Check("maxQuota", options.MaxQuota, 1_000_000);
        Check("maxRequests", options.MaxRequests, 10_000);
        Check("requestDays", options.RequestDays, 365);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(string key, int value, int most)
        {
            if (value < 1 || value > most) errors.Add($"identity:registration:{key} is {value}: give 1 to {most}.");
        }
    }
}
