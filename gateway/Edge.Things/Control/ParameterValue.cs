using Edge.Things.Readings;

namespace Edge.Things.Control;

/// <summary>A parameter and the value to set (XEP-0325 §3.1).</summary>
public sealed record ParameterValue(string Name, FieldValue Value);
