import type { LogRecord } from "@logtape/logtape";
import { expect, test } from "vitest";
import { toJson, toText } from "./log.ts";

const record: LogRecord = {
  category: ["folkmoot", "federation", "inbox"],
  level: "info",
  message: ["took ", 3, " activities"],
  rawMessage: "took {count} activities",
  timestamp: Date.UTC(2026, 2, 1, 12),
  properties: { count: 3, host: "peer.example", why: "two words" },
};

test("a line of text has the time, the level, the place, the message and the properties", () => {
  expect(toText(record)).toBe(
    '2026-03-01T12:00:00.000Z info federation.inbox took 3 activities count=3 host=peer.example why="two words"',
  );
});

test("a line of JSON is one object", () => {
  expect(JSON.parse(toJson(record))).toEqual({
    time: "2026-03-01T12:00:00.000Z",
    level: "info",
    category: "federation.inbox",
    message: "took 3 activities",
    count: 3,
    host: "peer.example",
    why: "two words",
  });
});

test("a failed query is logged without the values that it carried", () => {
  const cause = Object.assign(new Error("connection terminated"), { code: "57P01" });
  const error = Object.assign(new Error("Failed query: insert …\nparams: SECRET", { cause }), {
    query: "insert …",
    params: ["SECRET"],
  });

  for (const line of [toText({ ...record, properties: { error } }), toJson({ ...record, properties: { error } })]) {
    expect(line).not.toContain("SECRET");
    expect(line).toContain("connection terminated (57P01)");
  }
});
