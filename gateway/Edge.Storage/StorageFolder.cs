namespace Edge.Storage;

/// <summary>Where parts keep files of their own beside the documents, each in a folder of its own below.</summary>
/// <param name="Path">The data folder; null with <c>storage:driver: memory</c>, where nothing is kept.</param>
public sealed record StorageFolder(string? Path);
