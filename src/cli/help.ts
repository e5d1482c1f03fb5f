import type { Command, Parameter } from "./command.ts";

/** How a command is written, on one line. */
export function usageOf({ name, parameters }: Command): string {
  return ["folkmoot", name, ...Object.entries(parameters).map(writeParameter)].join(" ");
}

/** What a command does and takes. */
export function helpOf(command: Command): string {
  const rows = Object.entries(command.parameters).map(([name, parameter]): [string, string] => [
    writeBare(name, parameter),
    parameter.help,
  ]);
  const table = formatRows([...rows, ["--help", "this text"]]);
  return `${usageOf(command)}\n\n${sentence(command.summary)}\n\n${table}`;
}

/** All commands, or those of one family. */
export function overviewOf(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary }): [string, string] => [name, summary]);
  return `folkmoot <command> [options]\n\n${formatRows(rows)}\n\nEach command has --help; folkmoot --version prints the version. README.md lists the environment variables.`;
}

/** Two columns, the first as wide as its widest word. */
export function formatRows(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd()).join("\n");
}

function writeParameter([name, parameter]: [string, Parameter<unknown>]): string {
  const bare = writeBare(name, parameter);
  if (parameter.kind === "list") return `[${bare}]...`;
  return parameter.required ? bare : `[${bare}]`;
}

function writeBare(name: string, { kind, placeholder }: Parameter<unknown>): string {
  switch (kind) {
    case "argument":
      return `<${name}>`;
    case "flag":
      return `--${name}`;
    case "option":
    case "list":
      return `--${name} ${placeholder}`;
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
