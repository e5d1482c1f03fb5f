import { expect, test } from "vitest";
import { foldHashtag, hashtagsIn } from "./hashtag.ts";

test("hashtags are found where they stand by themselves, each once", () => {
  const text =
    "#Tea and (#coffee_break), #tea! Not a#b, &#39;, #1, ##x, https://x.example/#part, # title, or #. #شاي #ラーメン";

  expect(hashtagsIn(text)).toEqual(["tea", "coffee_break", "شاي", "ラーメン"]);
});

test.each([
  ["#Tea-Time", "teatime"],
  ["tea_time", "teatime"],
  ["Ｔｅａ　Time", "teatime"],
  ["Straße", "straße"],
  ["#\u200b ", ""],
  ["\ud800x", "\ufffdx"],
])("%j is compared as %j", (text, folded) => {
  expect(foldHashtag(text)).toBe(folded);
});
