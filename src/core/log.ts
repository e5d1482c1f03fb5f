import { configureSync, type LogRecord } from "@logtape/logtape";
import type { LogLevel } from "./config.ts";
import { describeError } from "./describe-error.ts";

/** A line goes to standard error: standard output is for what a command was asked for. */
export interface LogOptions {
  readonly level: LogLevel;
  readonly format: "text" | "json";
  write(line: string): void;
}

/**
 * Configures logging, once. A category is the path of what speaks, such as `["folkmoot", "federation", "inbox"]`. Whoever logs never
 * logs a body, an address or a key.
 */
export function configureLog({ level, format, write }: LogOptions): void {
  const toLine = format === "json" ? toJson : toText;
  configureSync({
    reset: true,
    sinks: { lines: (record) => write(`${toLine(record)}\n`) },
    loggers: [
      { category: "folkmoot", sinks: ["lines"], lowestLevel: level },
      // It calls every stranger's mistake an error. What matters of them our own doors tell.
      { category: "fedify", sinks: ["lines"], lowestLevel: "fatal" },
      { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "error" },
    ],
  });
}

/** `2026-03-01T12:00:00.000Z info federation.inbox accepted id=… host=…`, and errors below it, set in. */
export function toText(record: LogRecord): string {
  const words = [new Date(record.timestamp).toISOString(), record.level, categoryOf(record), messageOf(record)];
  const entries = Object.entries(record.properties);
  const simple = entries.filter(([, value]) => !(value instanceof Error));
  const errors = entries.flatMap(([, value]) => (value instanceof Error ? describeError(value).split("\n") : []));
  const line = [...words, ...simple.map(([name, value]) => `${name}=${inText(value)}`)].join(" ");
  return [line, ...errors].join("\n  ");
}

/** One JSON object on one line. */
export function toJson(record: LogRecord): string {
  const properties = Object.entries(record.properties).map(([name, value]) => [name, plain(value)]);
  return JSON.stringify({
    time: new Date(record.timestamp).toISOString(),
    level: record.level,
    category: categoryOf(record),
    message: messageOf(record),
    ...Object.fromEntries(properties),
  });
}

/** Ours are told without our name before them. */
function categoryOf({ category }: LogRecord): string {
  return (category[0] === "folkmoot" && category.length > 1 ? category.slice(1) : category).join(".");
}

function messageOf({ message }: LogRecord): string {
  return message.map((part, index) => (index % 2 === 0 ? part : inText(part))).join("");
}

function inText(value: unknown): string {
  const simple = plain(value);
  if (typeof simple === "string") return /^[^\s"=]+$/.test(simple) ? simple : JSON.stringify(simple);
  return JSON.stringify(simple) ?? "undefined";
}

function plain(value: unknown): unknown {
  if (value instanceof Error) return describeError(value);
  if (value instanceof URL) return value.href;
  return typeof value === "bigint" ? value.toString() : value;
}
