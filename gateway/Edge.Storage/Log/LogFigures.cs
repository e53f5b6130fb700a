namespace Edge.Storage.Log;

/// <summary>What a log takes and has done since it was opened.</summary>
/// <param name="Files">Its files.</param>
/// <param name="Bytes">Bytes in use in them.</param>
/// <param name="LiveBytes">Bytes of these that are needed.</param>
/// <param name="BytesWritten">Bytes written, as frames.</param>
/// <param name="BytesCopied">Bytes of these that were copied out of old files.</param>
/// <param name="Flushes">Times the disk was waited for.</param>
public readonly record struct LogFigures(int Files, long Bytes, long LiveBytes, long BytesWritten, long BytesCopied, long Flushes);
