import { expect, test } from "vitest";
import {
  argument,
  choice,
  flag,
  handleArgument,
  json,
  option,
  optionalArgument,
  optionalHandle,
  optionList,
  readWords,
  requiredOption,
  UsageError,
} from "./command.ts";

const parameters = {
  handle: argument("its handle"),
  place: optionalArgument("where"),
  name: requiredOption("N", "its name"),
  summary: option("S", "what it is"),
  join: choice(["open", "invite"], "who may join"),
  json: flag("JSON"),
};

test("arguments and options are read wherever they stand", () => {
  expect(readWords(parameters, ["--json", "cats", "--name", "The cats", "--join=invite", "here"])).toEqual({
    handle: "cats",
    place: "here",
    name: "The cats",
    summary: undefined,
    join: "invite",
    json: true,
  });
});

test("a choice that was not made is the first of the list", () => {
  expect(readWords(parameters, ["cats", "--name", "Cats"]).join).toBe("open");
});

test("a handle may begin with an @, as it is shown", () => {
  const named = { community: handleArgument("its handle"), other: optionalHandle("another"), json };

  expect(readWords(named, ["@cats", "@dogs"])).toEqual({ community: "cats", other: "dogs", json: false });
  expect(readWords(named, ["cats"])).toEqual({ community: "cats", other: undefined, json: false });
  expect(readWords(named, ["@"]).community).toBe("@");
});

test("an option of a list may be given as often as wanted, or not at all", () => {
  const listed = { ...parameters, tag: optionList("T", "a tag") };

  expect(readWords(listed, ["cats", "--tag", "tea", "--name", "Cats", "--tag=naps"]).tag).toEqual(["tea", "naps"]);
  expect(readWords(listed, ["cats", "--name", "Cats"]).tag).toEqual([]);
});

test.each([
  [["--name", "Cats"], "<handle> is missing"],
  [["cats"], "--name is missing"],
  [["cats", "--name", ""], "--name is missing"],
  [["cats", "--name", "  "], "--name is missing"],
  [["cats", "--name"], "Option '--name <value>' argument missing"],
  [
    ["cats", "--name", "--json"],
    "Option '--name <value>' argument missing; one that begins with a hyphen is written --name=-…",
  ],
  [["cats", "--name", "Cats", "--summary", "a", "--name=Dogs"], "--name is there twice"],
  [["cats", "--name", "Cats", "--join", "closed"], "--join closed is not one of open, invite"],
  [["cats", "here", "there", "--name", "Cats"], '"there" is one word too many'],
  [["cats", "--name", "Cats", "--colour", "red"], "Unknown option '--colour'"],
  [["cats", "--name", "Cats", "--json=yes"], "Option '--json' does not take an argument"],
])("%j is wrong usage: %s", (words, message) => {
  expect(() => readWords(parameters, words)).toThrow(new UsageError(message));
});
