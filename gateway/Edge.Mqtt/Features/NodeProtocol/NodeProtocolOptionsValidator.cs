using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>Reports everything that is wrong in the section, each with its key and the remedy.</summary>
internal sealed class NodeProtocolOptionsValidator : IValidateOptions<NodeProtocolOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeProtocolOptions options) => new OptionErrors(NodeProtocolOptions.Section)
        .Range("windowSeconds", options.WindowSeconds, 5, 120)
        .Range("askEveryMinutes", options.AskEveryMinutes, 0, 1440)
        .Range("bootstrapSeconds", options.BootstrapSeconds, 30, 300)
        .Range("maxBootstrapSessions", options.MaxBootstrapSessions, 1, 1000)
        .Range("bootstrapsPerMinute", options.BootstrapsPerMinute, 1, 10_000)
        .Range("bootstrapsPerNodePerMinute", options.BootstrapsPerNodePerMinute, 1, 1000)
        .Range("bootstrapMessagesPerMinute", options.BootstrapMessagesPerMinute, 5, 1000)
        .Range("maxUntrustedNodes", options.MaxUntrustedNodes, Math.Clamp(options.MaxBootstrapSessions, 1, 1000), 100_000)
        .Range("maxNodes", options.MaxNodes, 1, 100_000)
        .Range("challengeSeconds", options.ChallengeSeconds, 60, 600)
        .Range("maxChallenges", options.MaxChallenges, 1, 16)
        .Range("requestSeconds", options.RequestSeconds, 1, 120)
        .Range("maxRequestsPerNode", options.MaxRequestsPerNode, 1, 64)
        .Range("maxMessageBytes", options.MaxMessageBytes, 256, 65_536)
        .Range("maxTelemetryBytes", options.MaxTelemetryBytes, 256, 65_536)
        .Range("maxReadings", options.MaxReadings, 1, 1000)
        .Range("maxFriends", options.MaxFriends, 1, 1000)
        .Result;
}
