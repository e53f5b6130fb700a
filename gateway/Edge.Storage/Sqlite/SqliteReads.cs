using Microsoft.Data.Sqlite;

namespace Edge.Storage.Sqlite;

/// <summary>Connections that read beside the writer: with a write-ahead log neither waits for the other. The provider keeps them in a pool.</summary>
internal sealed class SqliteReads(string path)
{
    private readonly string _connectionString = new SqliteConnectionStringBuilder { DataSource = path }.ToString();

    /// <summary>Runs a query.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public TResult Run<TResult>(Func<SqliteConnection, TResult> query)
    {
        try
        {
            using var connection = new SqliteConnection(_connectionString);
            connection.Open();
            return query(connection);
        }
        catch (SqliteException error)
        {
            throw SqliteFault.Explain(path, error);
        }
    }

    /// <summary>Closes what the pool holds.</summary>
    public void Close()
    {
        using var any = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(any);
    }
}
