using System.CommandLine;
using Guardrail.Detection.Verbs;
if (args is ["probe", ..]) { Guardrail.Detection.Comparison.Probe.Run(args); return 0; }
var root = new RootCommand("How well bad rollouts are found.") { CompareVerb.Make(), RecordedVerb.Make() };
return await root.Parse(args).InvokeAsync();
