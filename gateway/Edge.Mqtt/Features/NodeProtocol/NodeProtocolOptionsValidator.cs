using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>Reports everything that is wrong in the section, each with its key and the remedy.</summary>
internal sealed class NodeProtocolOptionsValidator : IValidateOptions<NodeProtocolOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeProtocolOptions options)
    {
        List<string> errors = [];
        Check("windowSeconds", options.WindowSeconds, 5, 120);
        Check("askEveryMinutes", options.AskEveryMinutes, 0, 1440);
        Check("bootstrapSeconds", options.BootstrapSeconds, 30, 300);
        Check("maxBootstrapSessions", options.MaxBootstrapSessions, 1, 1000);
        Check("bootstrapsPerMinute", options.BootstrapsPerMinute, 1, 10_000);
        Check("bootstrapsPerNodePerMinute", options.BootstrapsPerNodePerMinute, 1, 1000);
        Check("bootstrapMessagesPerMinute", options.BootstrapMessagesPerMinute, 5, 1000);
        Check("maxUntrustedNodes", options.MaxUntrustedNodes, Math.Clamp(options.MaxBootstrapSessions, 1, 1000), 100_000);
        Check("maxNodes", options.MaxNodes, 1, 100_000);
        Check("challengeSeconds", options.ChallengeSeconds, 60, 600);
        Check("maxChallenges", options.MaxChallenges, 1, 16);
        Check("requestSeconds", options.RequestSeconds, 1, 120);
        Check("maxRequestsPerNode", options.MaxRequestsPerNode, 1, 64);
        Check("maxMessageBytes", options.MaxMessageBytes, 256, 65_536);
        Check("maxTelemetryBytes", options.MaxTelemetryBytes, 256, 65_536);
        Check("maxReadings", options.MaxReadings, 1, 1000);
        Check("maxFriends", options.MaxFriends, 1, 1000);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(string key, int value, int least, int most)
        {
            if (value < least || value > most) errors.Add($"{NodeProtocolOptions.Section}:{key} is {value}: give {least} to {most}.");
        }
    }
}
