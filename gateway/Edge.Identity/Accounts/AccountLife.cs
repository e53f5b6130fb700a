using Edge.Identity.Tokens;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Identity.Accounts;

/// <summary>Does to an account's sessions, tokens and data what is done to the account. They are asked for when first needed: who has them needs accounts.</summary>
internal sealed partial class AccountLife(
    AccountStore accounts, ITokenSubjects tokens, IServiceProvider services, IOptions<AccountDomainOptions> domain, ILogger<AccountLife> logger) : IAccountLife
{
    private readonly Lazy<IReadOnlyList<IAccountSessions>> _sessions = new(() => [.. services.GetServices<IAccountSessions>()]);
    private readonly Lazy<IReadOnlyList<IAccountData>> _data = new(() => [.. services.GetServices<IAccountData>()]);

    public IReadOnlyList<AccountSession> Sessions(string name) => AccountStore.IsName(name)
        ? [.. _sessions.Value.SelectMany(s => s.List(AccountStore.Key(name))).OrderByDescending(s => s.Since)]
        : [];

    public async ValueTask<bool> EndSessionAsync(string name, string kind, string id, string reason)
    {
        if (Sessions(name).FirstOrDefault(s => s.Kind == kind && s.Id == id) is not { } session) return false;

        await _sessions.Value.First(s => s.Kind == session.Kind).EndAsync(AccountStore.Key(name), id, reason).ConfigureAwait(false);
        LogSessionEnded(name, kind, session.Client);
        return true;
    }

    public async Task<AccountError> SignOutAsync(string name, AccountSession? keep = null, CancellationToken cancel = default)
    {
        var error = await accounts.SignOutAsync(name, cancel).ConfigureAwait(false);
        if (error == AccountError.None) await EndAsync(name, keep, "The account was signed out everywhere: sign in again.", cancel).ConfigureAwait(false);
        return error;
    }

    public async Task<AccountError> SetPasswordAsync(string name, string password, AccountSession? keep = null, CancellationToken cancel = default)
    {
        var error = await accounts.SetPasswordAsync(name, password, cancel).ConfigureAwait(false);
        if (error == AccountError.None) await EndAsync(name, keep, "The account has another password: sign in with it.", cancel).ConfigureAwait(false);
        return error;
    }

    public async Task<AccountError> SetDisabledAsync(string name, bool isDisabled, CancellationToken cancel = default)
    {
        var error = await accounts.SetDisabledAsync(name, isDisabled, cancel).ConfigureAwait(false);
        if (error != AccountError.None) return error;

        if (isDisabled)
        {
            LogDisabled(name);
            await EndAsync(name, null, "The account was disabled: ask the operator.", cancel).ConfigureAwait(false);
        }
        else LogEnabled(name);

        return error;
    }

    public async Task<AccountError> SetRolesAsync(string name, Roles roles, CancellationToken cancel = default)
    {
        var before = await accounts.FindAsync(name, cancel).ConfigureAwait(false);
        var error = await accounts.SetRolesAsync(name, roles, cancel).ConfigureAwait(false);
        if (error == AccountError.None && before!.Roles != roles)
            await EndAsync(name, null, "The account has other rights: sign in again.", cancel).ConfigureAwait(false);
        return error;
    }

    public async Task<AccountError> DeleteAsync(string name, AccountSession? keep = null, CancellationToken cancel = default)
    {
        // First the mark: whatever happens from here on, nobody signs in, and the next start goes on where this one ended.
        var error = await accounts.LeaveAsync(name, cancel).ConfigureAwait(false);
        if (error != AccountError.None) return error;

        // Once begun it is finished even where whoever asked has gone.
        await EndAsync(name, keep, "The account was deleted.", CancellationToken.None).ConfigureAwait(false);
        return await FinishAsync(AccountStore.Key(name), isLast: keep is null, CancellationToken.None).ConfigureAwait(false);
    }

    public async Task<AccountError> FinishDeletionAsync(string name, CancellationToken cancel = default)
    {
        if (await accounts.FindAsync(name, cancel).ConfigureAwait(false) is not { IsLeaving: true } account) return AccountError.NotFound;

        await EndAsync(name, null, "The account was deleted.", CancellationToken.None).ConfigureAwait(false);
        return await FinishAsync(account.Name, isLast: true, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Goes on with what was interrupted.</summary>
    public async Task ResumeAsync(CancellationToken cancel)
    {
        List<string> leaving = [];
        await foreach (var account in accounts.ListAsync(cancel).ConfigureAwait(false))
            if (account.IsLeaving) leaving.Add(account.Name);

        foreach (var name in leaving) await FinishAsync(name, isLast: true, cancel).ConfigureAwait(false);
    }

    // The name stays taken while a session is there that may still write something under it.
    private async Task<AccountError> FinishAsync(string name, bool isLast, CancellationToken cancel)
    {
        foreach (var data in _data.Value)
        {
            try
            {
                await data.DeleteAsync(name, cancel).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogUnfinished(failure, name, data.Name);
                return AccountError.Unfinished;
            }
        }

        if (!isLast) return AccountError.None;

        var error = await accounts.DeleteAsync(name, cancel).ConfigureAwait(false);
        if (error == AccountError.None) LogDeleted(name);
        return error;
    }

    private async Task EndAsync(string name, AccountSession? keep, string reason, CancellationToken cancel)
    {
        var key = AccountStore.Key(name);
        foreach (var kind in _sessions.Value)
        {
            if (keep?.Kind != kind.Kind)
            {
                await kind.EndAsync(key, null, reason).ConfigureAwait(false);
                continue;
            }

            // Together: each may take a moment.
            await Task.WhenAll(kind.List(key).Where(s => s.Id != keep.Id).Select(s => kind.EndAsync(key, s.Id, reason).AsTask())).ConfigureAwait(false);
        }

        await tokens.RevokeSubjectAsync($"{key}@{domain.Value.Domain}", cancel).ConfigureAwait(false);
    }

    [LoggerMessage(EventId = 1101, Level = LogLevel.Information, Message = "The account {Account} was disabled")]
    private partial void LogDisabled(string account);

    [LoggerMessage(EventId = 1105, Level = LogLevel.Information, Message = "The account {Account} was enabled")]
    private partial void LogEnabled(string account);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Information, Message = "The account {Account} was deleted with everything that was kept for it")]
    private partial void LogDeleted(string account);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Error, Message = "The account {Account} could not be deleted: its {What} could not be removed. It is disabled; the rest is done at the next start, or delete it again")]
    private partial void LogUnfinished(Exception failure, string account, string what);

    [LoggerMessage(EventId = 1104, Level = LogLevel.Information, Message = "A session of {Account} ({Kind}, {Client}) was ended")]
    private partial void LogSessionEnded(string account, string kind, string client);
}
