import { existsSync, readdirSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isObject, type Json } from "../../federation/as2.ts";

/** A payload of other software, with what a community server is expected to do with it. */
export interface CorpusFile {
  readonly file: string;
  readonly software: string;
  readonly kind: "activity" | "actor" | "object" | "collection" | "webfinger" | "other" | "invalid";
  readonly type: string;
  readonly verdict: "accept" | "store" | "parse" | "use" | "ignore" | "reject";
  readonly expected: string;
}

const directory = corpusDirectory();

/** Every payload of the corpus; none where there is no corpus, and then it says so. */
export const corpus: readonly CorpusFile[] = directory ? readIndex(directory) : [];

/** Payloads that lie there, and of which nobody wrote down what is expected. */
export function listUnexpected(): readonly string[] {
  const known = new Set(["README.md", "index.json", ...corpus.map(({ file }) => file)]);
  const found = readdirSync(directory!, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return found
    .map(({ parentPath, name }) => relative(directory!, resolve(parentPath, name)))
    .filter((file) => !known.has(file));
}

/** The corpus lies outside of the repository: the payloads are not ours to publish. */
function corpusDirectory(): string | undefined {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const found = resolve(process.env["CORPUS_DIR"] ?? resolve(root, "../shared/corpus"), "activitypub");
  if (existsSync(resolve(found, "index.json"))) return found;
  console.warn("THE CORPUS OF ACTIVITYPUB PAYLOADS IS NOT THERE: SET CORPUS_DIR. ITS TESTS ARE SKIPPED.");
  return undefined;
}

function readIndex(from: string): readonly CorpusFile[] {
  const index: { readonly files: readonly CorpusFile[] } = JSON.parse(
    readFileSync(resolve(from, "index.json"), "utf8"),
  );
  return index.files;
}

/** The payload with its blanks filled in; `undefined` for what is no JSON. */
export function readPayload({ file }: CorpusFile, fillIn: (blank: string) => string = defaultOf()): Json | undefined {
  const text = readFileSync(resolve(directory!, file), "utf8").replace(/SCRUBBED_[A-Z]+|\{\{[a-z_]+\}\}/g, fillIn);
  try {
    return withOwnProfile(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A new id for each that was scrubbed: the corpus took them out of Mbin's test runs. */
function defaultOf(): (blank: string) => string {
  let count = 0;
  return (blank) => {
    if (blank === "SCRUBBED_ID") return `https://kbin.test/scrubbed/${++count}`;
    if (blank === "SCRUBBED_DATE") return "2026-02-03T04:05:06+00:00";
    return blank === "{{domain}}" ? "template.example" : blank.replace(/\W|_/g, "").toLowerCase();
  };
}

/** The scrubbed id of a profile was that of the actor who changes it. */
function withOwnProfile(document: Json): Json {
  if (!isObject(document) || document["type"] !== "Update" || !isObject(document["object"])) return document;
  const { object } = document;
  const scrubbed = String(object["id"]).startsWith("https://kbin.test/scrubbed/");
  return scrubbed && object["type"] === "Person"
    ? { ...document, object: { ...object, id: document["actor"] } }
    : document;
}
