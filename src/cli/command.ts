import { parseArgs } from "node:util";
import type { Config } from "../core/config.ts";
import type { House } from "../house.ts";

/** The command line was not understood. The message says what was expected. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** One argument or option: how it is written, what it means, and how its text becomes a value. */
export interface Parameter<Value> {
  readonly kind: "argument" | "option" | "list" | "flag";
  /** What stands for the value in the help, such as `N` or `open|invite`. */
  readonly placeholder: string;
  readonly required: boolean;
  readonly help: string;
  /** @throws {UsageError} when the text cannot be used. */
  read(text: Given, name: string): Value;
}

/** What was typed: one word, several for a list, or that a flag is there. */
type Given = string | boolean | readonly (string | boolean)[] | undefined;

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** What the parameters of a command came to. */
export type Values<P extends Parameters> = {
  readonly [Name in keyof P]: P[Name] extends Parameter<infer Value> ? Value : never;
};

/** What a command has to work with. */
export interface Session {
  readonly config: Config;
  now(): Date;
  /** Opens the house, lets `work` use it, and closes it. */
  withHouse<Result>(work: (house: House) => Promise<Result>): Promise<Result>;
  /** Writes a line to standard output. */
  print(line: string): void;
  /** Writes a line to standard error. */
  warn(line: string): void;
}

export interface Command {
  /** As it is typed, such as `community create`. */
  readonly name: string;
  readonly summary: string;
  readonly parameters: Parameters;
  /** It runs a server, which tells in its log what goes on. The others log nothing but errors. */
  readonly serves?: boolean;
  run(session: Session, words: readonly string[]): Promise<void>;
}

/** A command from the table of its parameters. Positional arguments are read in the order in which the table names them. */
export function command<P extends Parameters>(spec: {
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  readonly serves?: boolean;
  readonly run: (session: Session, values: Values<P>) => Promise<void>;
}): Command {
  return { ...spec, run: async (session, words) => spec.run(session, readWords(spec.parameters, words)) };
}

/**
 * Reads the words after a command's name.
 *
 * @throws {UsageError} when a word is unknown, missing or cannot be used.
 */
export function readWords<P extends Parameters>(parameters: P, words: readonly string[]): Values<P> {
  const entries = Object.entries(parameters);
  const options = entries.filter(([, { kind }]) => kind !== "argument");
  const args = entries.filter(([, { kind }]) => kind === "argument");
  const { values, positionals, tokens } = parse(words, options);
  refuseTwice(tokens, parameters);
  if (positionals.length > args.length) throw new UsageError(`"${positionals[args.length]}" is one word too many`);
  const read = [
    ...args.map(([name, parameter], index) => [name, parameter.read(positionals[index], `<${name}>`)]),
    ...options.map(([name, parameter]) => [name, parameter.read(values[name], `--${name}`)]),
  ];
  return Object.fromEntries(read);
}

function parse(words: readonly string[], options: readonly [string, Parameter<unknown>][]) {
  const config = options.map(
    ([name, { kind }]) => [name, { type: kind === "flag" ? "boolean" : "string", multiple: kind === "list" }] as const,
  );
  try {
    const known = Object.fromEntries(config);
    return parseArgs({ args: [...words], options: known, allowPositionals: true, strict: true, tokens: true });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(sayWhat(error.message), { cause: error });
    throw error;
  }
}

/** parseArgs says what it did not understand in the first sentence, and how to get round it in the next. */
function sayWhat(message: string): string {
  const [, unclear] = /^Option '(.*)' argument is ambiguous/.exec(message) ?? [];
  if (unclear === undefined) return message.split(/\. |\n/)[0] ?? message;
  return `Option '${unclear} <value>' argument missing; one that begins with a hyphen is written ${unclear}=-…`;
}

/** Which of two was meant, nobody knows. */
function refuseTwice(
  tokens: readonly { readonly kind: string; readonly name?: string }[],
  parameters: Parameters,
): void {
  const named = tokens.flatMap(({ kind, name }) => (kind === "option" && name !== undefined ? [name] : []));
  const twice = named.find((name, index) => parameters[name]?.kind === "option" && named.indexOf(name) < index);
  if (twice !== undefined) throw new UsageError(`--${twice} is there twice`);
}

/** `--name`, there or not. */
export function flag(help: string): Parameter<boolean> {
  return { kind: "flag", placeholder: "", required: false, help, read: (text) => text === true };
}

/** `--name TEXT`, which may be left out. */
export function option(placeholder: string, help: string): Parameter<string | undefined> {
  return { kind: "option", placeholder, required: false, help, read: readText };
}

/** `--name TEXT`, as often as wanted. */
export function optionList(placeholder: string, help: string): Parameter<readonly string[]> {
  return {
    kind: "list",
    placeholder,
    required: false,
    help: `${help}; may be repeated`,
    read: (given) => (Array.isArray(given) ? given.filter((text) => typeof text === "string") : []),
  };
}

/** `--name TEXT`, which must be given. */
export function requiredOption(placeholder: string, help: string): Parameter<string> {
  return { kind: "option", placeholder, required: true, help, read: readRequired };
}

/** `--name a|b`: one of a list, the first when left out. */
export function choice<const Values extends readonly [string, ...string[]]>(
  values: Values,
  help: string,
): Parameter<Values[number]> {
  const optional = optionalChoice(values, help);
  return { ...optional, read: (text, name) => optional.read(text, name) ?? values[0] };
}

/** `--name a|b`: one of a list, which may be left out. */
export function optionalChoice<const Values extends readonly [string, ...string[]]>(
  values: Values,
  help: string,
): Parameter<Values[number] | undefined> {
  return {
    kind: "option",
    placeholder: values.join("|"),
    required: false,
    help,
    read(text, name) {
      const wanted = readText(text);
      return wanted === undefined ? undefined : findChoice(values, wanted, name);
    },
  };
}

/** A word of a list that must be given, in its place. */
export function choiceArgument<const Values extends readonly [string, ...string[]]>(
  values: Values,
  help: string,
): Parameter<Values[number]> {
  return {
    ...argument(help),
    read: (text, name) => findChoice(values, readRequired(text, name), name),
  };
}

function findChoice<Value extends string>(values: readonly Value[], wanted: string, name: string): Value {
  const found = values.find((value) => value === wanted);
  if (found === undefined) throw new UsageError(`${name} ${wanted} is not one of ${values.join(", ")}`);
  return found;
}

/** A word that must be given, in its place. */
export function argument(help: string): Parameter<string> {
  return { kind: "argument", placeholder: "", required: true, help, read: readRequired };
}

/** A word that may be given, in its place. */
export function optionalArgument(help: string): Parameter<string | undefined> {
  return { kind: "argument", placeholder: "", required: false, help, read: readText };
}

/** The handle of a community or of a person of this server. As it is shown it begins with an @; that is left out. */
export function handleArgument(help: string): Parameter<string> {
  return { ...argument(help), read: (text, name) => readRequired(text, name).replace(leadingAt, "") };
}

/** The same, where it may be left out. */
export function optionalHandle(help: string): Parameter<string | undefined> {
  return { ...optionalArgument(help), read: (text) => readText(text)?.replace(leadingAt, "") };
}

const leadingAt = /^@(?=.)/;

/** What every command that prints something to be read by a program has. */
export const json = flag("one JSON document on standard output, nothing else");

function readText(text: Given): string | undefined {
  return typeof text === "string" ? text : undefined;
}

function readRequired(text: Given, name: string): string {
  const given = readText(text);
  if (given === undefined || given.trim() === "") throw new UsageError(`${name} is missing`);
  return given;
}
