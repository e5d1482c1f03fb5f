import { posix } from "node:path";
import { parseAst } from "vitest/node";

/**
 * The law of the house: who may import whom, who owns what alone, how large things may grow. `architecture.test.ts` holds it.
 *
 * A file may import from its own room and from those above it in this list. Rooms on one line are equals and strangers.
 */
const order: readonly (readonly string[])[] = [
  ["src/core"],
  ["src/db", "src/net"],
  ["src/app.ts", "src/media"],
  ["src/jobs"],
  ["src/outbound"],
  ["src/author"],
  ["src/community"],
  ["src/account"],
  ["src/post"],
  ["src/moderation"],
  ["federation", "web", "src/mail"],
  // What puts the house together: the files that stand in src itself.
  ["src"],
  ["src/cli"],
  ["src/main.ts"],
];

/** Rooms that may ask the database. Everybody else calls those who do. */
const askers = [
  "src/db",
  "src/jobs",
  "src/outbound",
  "src/author",
  "src/community",
  "src/account",
  "src/post",
  "src/moderation",
];

const linesPerFile = 300;
const linesPerFunction = 60;

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** What a file of production code does that it may not, in words. `path` is relative to the repository, with slashes. */
export function breachesOf(path: string, text: string): readonly string[] {
  const room = roomOf(path);
  if (!room) return ["belongs to no room of the house"];
  const told = nodesOf(path, text).flatMap((node) => [
    ...importBreaches(path, room, node),
    ...privileges(node).flatMap(({ what, of }) => (of.some((owner) => isIn(path, owner)) ? [] : [`has ${what}`])),
  ]);
  return [...new Set([...told, ...queryBreaches(text), ...formBreaches(path, text)])];
}

/** What Postgres takes from 16 on and we may not write, since 15 must do: a query in FROM that has no name. */
function queryBreaches(text: string): readonly string[] {
  const nameless = [
    ...text.matchAll(/(?<!\bepoch )\b(?:from|join|lateral)\s*(?=\(\s*(?:select|values|with)\b)/gi),
  ].filter(
    ({ 0: { length }, index }) =>
      !/^\s*(?!(?:where|order|group|limit|union|left|join|on)\b)[a-z_]/.test(
        text.slice(endOfBracket(text, index + length)),
      ),
  );
  return nameless.map(({ index }) => `has a query in FROM without a name: ${lineAt(text, index)}`);
}

function endOfBracket(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    if (text[at] === ")") depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

function lineAt(text: string, index: number): string {
  return text
    .slice(text.lastIndexOf("\n", index) + 1)
    .split("\n", 1)
    .join("")
    .trim();
}

/** What no file may do, tests included. */
export function formBreaches(path: string, text: string): readonly string[] {
  const breaches: string[] = [];
  if (/(^|\/)index\.tsx?$/.test(path)) breaches.push("is called index");
  const lines = countLines(text);
  if (lines > linesPerFile) breaches.push(`has ${lines} lines: at most ${linesPerFile}`);
  for (const node of nodesOf(path, text)) {
    const length = functionTypes.has(node.type) ? countLines(text.slice(node.start, node.end)) : 0;
    if (length > linesPerFunction) breaches.push(`has a function of ${length} lines: at most ${linesPerFunction}`);
    if (node.type === "ImportDeclaration" && childrenOf(node.specifiers).length === 0)
      breaches.push(`imports ${sourceOf(node)} for its side effects`);
    if (node.type === "ExportAllDeclaration") breaches.push(`hands on all of ${sourceOf(node)}`);
    if (isMember(node, "vi", "mock") || isMember(node, "vi", "doMock")) breaches.push("mocks a module");
  }
  return breaches;
}

const functionTypes = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

function roomOf(path: string): string | undefined {
  const [room] = order
    .flat()
    .filter((room) => (room === "src" ? posix.dirname(path) === room : isIn(path, room)))
    .sort((a, b) => b.length - a.length);
  return room;
}

function isIn(path: string, room: string): boolean {
  return path === room || path.startsWith(`${room}/`);
}

function importBreaches(path: string, from: string, node: Node): readonly string[] {
  const source = sourceOf(node);
  if (!source?.startsWith(".") || source.endsWith(".json")) return [];
  const target = posix.join(posix.dirname(path), source);
  const to = roomOf(target);
  if (!to) return [`imports ${target}, outside the house`];
  const rank = (room: string) => order.findIndex((equals) => equals.includes(room));
  const breaches: string[] = [];
  if (to !== from && rank(to) >= rank(from)) breaches.push(`imports ${to}, which does not stand above it`);
  if (isIn(target, "src/db/schema") && !askers.includes(from)) breaches.push("looks into the tables");
  return breaches;
}

/** What only some may do, and where. */
function privileges(node: Node): readonly { what: string; of: readonly string[] }[] {
  const source = sourceOf(node) ?? "";
  const calls = (name: string) => node.type === "Identifier" && node.name === name;
  return [
    { when: /^(drizzle-orm|postgres|pg)(\/|$)/.test(source), what: "queries", of: askers },
    { when: source === "nodemailer", what: "the way to the mail relay", of: ["src/mail/deliver.ts"] },
    { when: source.startsWith("@simplewebauthn/"), what: "the verifier of passkeys", of: ["src/account/passkeys.ts"] },
    { when: source === "pg-boss", what: "the queue engine", of: ["src/jobs"] },
    { when: isMember(node, "process", "env"), what: "the environment", of: ["src/main.ts"] },
    { when: readsClock(node), what: "the wall clock", of: ["src/core", "src/cli", "src/main.ts"] },
    { when: calls("sendActivity"), what: "sendActivity", of: ["federation"] },
    { when: isRawHtml(node), what: "raw HTML", of: ["web/post-body.tsx"] },
  ].filter(({ when }) => when);
}

function readsClock(node: Node): boolean {
  const isDate = isNode(node.callee) && node.callee.type === "Identifier" && node.callee.name === "Date";
  const now = isDate && (node.type === "CallExpression" || childrenOf(node.arguments).length === 0);
  return now || isMember(node, "Date", "now") || isMember(node, "Temporal", "Now");
}

function isRawHtml(node: Node): boolean {
  const { type, name, callee } = node;
  const called = type === "CallExpression" && isNode(callee) && callee.type === "Identifier" && callee.name === "raw";
  return called || (type === "JSXIdentifier" && name === "dangerouslySetInnerHTML");
}

function isMember({ type, object, property }: Node, objectName: string, propertyName: string): boolean {
  const named = (node: unknown, name: string) => isNode(node) && node.type === "Identifier" && node.name === name;
  return type === "MemberExpression" && named(object, objectName) && named(property, propertyName);
}

/** What an import or a re-export names, also one made while running. */
function sourceOf({ source }: Node): string | undefined {
  return isNode(source) && typeof source.value === "string" ? source.value : undefined;
}

function nodesOf(path: string, text: string): readonly Node[] {
  const nodes: Node[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isNode(value)) return;
    nodes.push(value);
    Object.values(value).forEach(visit);
  };
  visit(parseAst(text, { lang: path.endsWith("x") ? "tsx" : "ts" }));
  return nodes;
}

function childrenOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function countLines(text: string): number {
  return text.trimEnd().split("\n").length;
}
