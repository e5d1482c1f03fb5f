import { cleanLine } from "../src/core/html.ts";
import { limits } from "../src/core/limits.ts";
import type { Poll, PollChoice } from "../src/post/poll.ts";
import { dateOf, isObject, type Json, type JsonObject, listOf } from "./as2.ts";
import { textIn } from "./read-body.ts";

/** The choices of a Question with their votes; `undefined` when it has none that can be read. */
export function readPoll(object: JsonObject): Poll | undefined {
  const multiple = object["anyOf"] !== undefined && object["anyOf"] !== null;
  const choices = listOf(multiple ? object["anyOf"] : object["oneOf"])
    .slice(0, limits.pollChoices)
    .flatMap((choice): PollChoice[] => {
      const name = isObject(choice) ? cleanLine(textIn(choice, "name") ?? "", limits.titleLength) : "";
      if (!isObject(choice) || name === "") return [];
      const replies = choice["replies"];
      return [{ name, votes: isObject(replies) ? countOf(replies["totalItems"]) : undefined }];
    });
  if (choices.length === 0) return undefined;
  const endsAt = dateOf(object["endTime"]) ?? dateOf(object["closed"]);
  return { multiple, endsAt, voters: countOf(object["votersCount"]), choices };
}

/** As many as Postgres counts in an integer. */
function countOf(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31 ? value : undefined;
}
