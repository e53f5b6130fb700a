using System.Runtime.CompilerServices;

using Microsoft.Data.Sqlite;

namespace Edge.Storage.Sqlite;

/// <summary>One collection in the database. Changes go to the writer. Reads run on a thread of the pool: they mostly come from the page
/// cache, but those that do not wait for the card, and some who ask serve all clients' sockets.</summary>
internal sealed class SqliteStore<T>(SqliteReads reads, SqliteWriter writer, string name) : IStore<T> where T : class
{
    private const int PageSize = 256;

    public async ValueTask<T?> FindAsync(string key, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        return StoreKey.IsValid(key) ? await Task.Run(() => Find(key), cancel).ConfigureAwait(false) : null;
    }

    public async ValueTask SaveAsync(string key, T document, CancellationToken cancel = default) =>
        await writer.WriteAsync([new(name, StoreKey.Check(key), StoreJson.Write(document))], cancel).ConfigureAwait(false);

    public async ValueTask<bool> DeleteAsync(string key, CancellationToken cancel = default) =>
        StoreKey.IsValid(key) && await writer.WriteAsync([new(name, key, null)], cancel).ConfigureAwait(false) > 0;

    public async IAsyncEnumerable<KeyValuePair<string, T>> ListAsync(string prefix = "", [EnumeratorCancellation] CancellationToken cancel = default)
    {
        // Page by page: a caller who takes his time holds neither much memory nor a snapshot, which would keep the write-ahead log from being emptied.
        var page = await Task.Run(() => ReadPage(prefix, after: null), cancel).ConfigureAwait(false);
        while (page.Count > 0)
        {
            foreach (var (key, json) in page)
            {
                cancel.ThrowIfCancellationRequested();
                yield return new(key, StoreJson.Read<T>(name, key, json));
            }

            if (page.Count < PageSize) yield break;

            var last = page[^1].Key;
            page = await Task.Run(() => ReadPage(prefix, after: last), cancel).ConfigureAwait(false);
        }
    }

    private T? Find(string key)
    {
        var json = reads.Run(connection =>
        {
            using var command = new SqliteCommand("SELECT json FROM documents WHERE store = $store AND key = $key", connection);
            command.Parameters.AddWithValue("$store", name);
            command.Parameters.AddWithValue("$key", key);
            return command.ExecuteScalar() as byte[];
        });
        return json is null ? null : StoreJson.Read<T>(name, key, json);
    }

    private List<(string Key, byte[] Json)> ReadPage(string prefix, string? after) => !StoreKey.IsValid(prefix) ? [] : reads.Run(connection =>
    {
        // Keys are ordered by their bytes, so those with the prefix stand together and begin at the prefix itself.
        var bound = after is null ? "key >= $from" : "key > $from";
        using var command = new SqliteCommand($"SELECT key, json FROM documents WHERE store = $store AND {bound} ORDER BY key LIMIT {PageSize}", connection);
        command.Parameters.AddWithValue("$store", name);
        command.Parameters.AddWithValue("$from", after ?? prefix);
        using var reader = command.ExecuteReader();
        List<(string, byte[])> page = [];
        while (reader.Read() && reader.GetString(0) is var key && key.StartsWith(prefix, StringComparison.Ordinal))
            page.Add((key, reader.GetFieldValue<byte[]>(1)));
        return page;
    });
}
