using System.CommandLine;
using System.CommandLine.Help;
using Guardrail.Cli;

var parsed = CommandLine.Root.Parse(args);
if (InputErrors.Describe(parsed) is { } sentence)
{
    await Console.Error.WriteLineAsync("guardrail: " + sentence);
    return ExitCode.CannotStart;
}

if (parsed.Action is HelpAction)
{
    using var help = new StringWriter();
    var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = help });
    await Console.Out.WriteAsync(HelpText.Named(help.ToString(), InvokedAs.Current));
    return code;
}

// The daemon finishes writes under way when it is told to stop; by default the process would be ended after two seconds of that.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(35) });
