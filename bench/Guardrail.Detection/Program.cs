using System.CommandLine;
using Guardrail.Detection.Verbs;
var root = new RootCommand("How well bad rollouts are found.") { CompareVerb.Make(), RecordedVerb.Make() };
return await root.Parse(args).InvokeAsync();
