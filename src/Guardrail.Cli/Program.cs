using Guardrail.Cli;

var parsed = CommandLine.Root.Parse(args);
if (InputErrors.Describe(parsed) is { } sentence)
{
    await Console.Error.WriteLineAsync("guardrail: " + sentence);
    return ExitCode.CannotStart;
}

return await parsed.InvokeAsync();
