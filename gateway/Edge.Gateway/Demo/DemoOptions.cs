namespace Edge.Gateway.Demo;

/// <summary>How the demonstration is played.</summary>
/// <param name="Yes">Press the button without a person.</param>
/// <param name="Once">Play everything unattended, then stop; exit code 0 when every step held.</param>
/// <param name="Json">One JSON object a line on standard output.</param>
/// <param name="Lan">Bind to the network, with TLS, so that a phone can take part.</param>
/// <param name="DataFolder">What is kept from one run to the next.</param>
internal sealed record DemoOptions(bool Yes, bool Once, bool Json, bool Lan, string DataFolder);
