using Microsoft.Data.Sqlite;

namespace Edge.Storage.Sqlite;

/// <summary>Brings a database to the version of this program, one numbered step at a time, each whole or not at all.</summary>
internal static class Migrations
{
    /// <summary>The steps; a step that has shipped is never edited. Its number is its place, from one.</summary>
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE documents (
            store TEXT NOT NULL,
            key TEXT NOT NULL,
            json BLOB NOT NULL,
            PRIMARY KEY (store, key)
        ) WITHOUT ROWID
        """,
    ];

    /// <summary>Runs the steps that the database lacks.</summary>
    /// <exception cref="StorageException">A newer program wrote the database.</exception>
    public static void Run(SqliteConnection connection, string path)
    {
        var version = Convert.ToInt32(Command(connection, "PRAGMA user_version").ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
        if (version > Steps.Length)
            throw new StorageException($"{path} was written by a newer version of this program (its version is {version}, this one knows {Steps.Length}): use the newer program, or another data folder.");

        for (var next = version; next < Steps.Length; next++)
        {
            using var transaction = connection.BeginTransaction();
            Command(connection, Steps[next], transaction).ExecuteNonQuery();
            Command(connection, $"PRAGMA user_version = {next + 1}", transaction).ExecuteNonQuery();
            transaction.Commit();
        }
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, SqliteTransaction? transaction = null) =>
        new(sql, connection, transaction);
}
