using System.CommandLine;

using Edge.Gateway.Commands;
using Edge.Gateway.Configuration;
using Edge.Gateway.Control;
using Edge.Storage;

var root = new RootCommand("Edge: own your things and decide who may use them.")
{
    RunCommand.Create(),
    DemoCommand.Create(),
    NodeCommand.Create(),
    TokenCommand.Create(),
    AccountCommand.Create(),
    RegistrationCommand.Create(),
    PendingCommand.Create(),
    SessionsCommand.Create(),
    TraceCommand.Create(),
    XepsCommand.Create(),
};

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });
}
catch (ConfigurationException wrong)
{
    await Console.Error.WriteLineAsync("The configuration cannot be used:");
    foreach (var error in wrong.Errors) await Console.Error.WriteLineAsync("  " + error);
    return ExitCode.WrongConfiguration;
}
catch (ControlException unreachable)
{
    await Console.Error.WriteLineAsync(unreachable.Message);
    return ExitCode.Failed;
}
catch (StorageException unusable)
{
    await Console.Error.WriteLineAsync(unusable.Message);
    return ExitCode.Failed;
}
