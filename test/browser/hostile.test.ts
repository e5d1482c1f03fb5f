import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { PostId } from "../../src/core/ids.ts";
import { threads } from "../../src/db/schema/post.ts";
import { makeAuthor, makeCommunity, makePost } from "../make.ts";
import type { CommittedApp } from "../with-app.ts";
import { hasBrowser, manyPages, openBrowser, withSite } from "./open-browser.ts";

/** Each would call `x`, or ask `evil.example` for something, wherever it is taken for markup. */
const payloads = readFileSync(new URL("../fixtures/hostile-html.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("# "));

/** Where a payload may stand, and how it may be written, so that somebody takes it for markup all the same. */
const settings: readonly ((payload: string) => string)[] = [
  ..."p b a li td svg math template noscript style script title textarea select option table form iframe xmp noembed plaintext object button"
    .split(" ")
    .map((name) => (payload: string) => `<${name}>${payload}</${name}>`),
  (payload) => `<a href="https://remote.example/" title="${payload}">x</a>`,
  (payload) => `<a href='${payload}'>x</a>`,
  (payload) => `<img alt=${payload} src=x>`,
  (payload) => `<!--${payload}-->`,
  (payload) => `<![CDATA[${payload}]]>`,
  (payload) => `<svg><foreignObject>${payload}</foreignObject></svg>`,
  (payload) => `<math><mtext><table><mglyph><style>${payload}`,
  (payload) => `</p></article></main>${payload}`,
  (payload) => payload.toUpperCase().replaceAll("X()", "x()"),
  (payload) => payload.replaceAll(" ", "\t").replaceAll("/", "/\f"),
  (payload) => payload.replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  (payload) => `${payload}${payload}`.replaceAll("<", "<\u200b<"),
];
const variants = payloads.flatMap((payload) => settings.map((setting) => setting(payload)));

/** Leaves whatever a payload may have opened, so that the next one is not swallowed. */
const wayOut =
  "--></style></script></textarea></title></noscript></noembed></xmp></iframe></template></select></table></math></svg></p>";

/** The same payloads in every setting, many to a post. @returns the threads */
async function makeVariants(app: CommittedApp["app"]): Promise<readonly string[]> {
  const communityId = await makeCommunity(app, { handle: "dogs" });
  const authorId = await makeAuthor(app, { handle: "dog" });
  const paths: string[] = [];
  let root: PostId | undefined;
  for (let start = 0; start < variants.length; start += 20) {
    const html = variants.slice(start, start + 20).join(`${wayOut}<hr>`);
    if (start % 1_000 === 0) {
      root = await makePost(app, communityId, { authorId, html });
      paths.push(`/c/dogs/t/${root}`);
    } else await makePost(app, communityId, { authorId, html, parentId: root!, parentName: "x" });
  }
  return paths;
}

/** A community where everybody's every word is hostile, past all that the doors would have taken off. */
async function makeHostile(app: CommittedApp["app"]): Promise<readonly string[]> {
  const nasty = (index: number) => (payloads[index % payloads.length] ?? "").slice(0, 190);
  const communityId = await makeCommunity(app, {
    name: nasty(0),
    summary: nasty(1),
    language: 'en"><script>x()</script>',
  });
  const paths: string[] = [];
  let root: PostId | undefined;
  for (const [index, html] of payloads.entries()) {
    const name = nasty(index);
    const given = { handle: `a${index}`, name, bioHtml: html, url: "javascript:x()", avatarUrl: "javascript:x()" };
    const authorId = await makeAuthor(app, given);
    const words = { authorId, html, title: name, url: "javascript:x()", language: '"><img src=x onerror=x()>' };
    if (index % 12 === 0) {
      root = await makePost(app, communityId, words);
      paths.push(`/c/cats/t/${root}`, `/c/cats/t/${root}?by=date`);
    }
    const reply = { parentId: root!, parentName: "x", warning: name, sourceId: `javascript:x(${index})` };
    await makePost(app, communityId, { ...words, ...reply });
    await makePost(app, communityId, { ...words, parentId: root!, parentName: "x" });
    if (index % 4 === 0) paths.push(`/@a${index}@remote.example`);
  }
  await app.db.update(threads).set({ pinnedAt: app.now(), language: '"><script>x()</script>' });
  return ["/", "/c/cats", "/c/cats/threads", "/c/cats/people", "/c/cats/about", "/c/cats/archive/2026/03", ...paths];
}

/** What a page that was looked at has done, and what it holds that could do something. */
function look(): readonly number[] {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  for (const element of document.querySelectorAll<HTMLElement>("main *")) element.focus();
  const scripted = [...document.links].filter(({ protocol }) => !/^(https?|mailto):$/.test(protocol));
  const foreign = [...document.forms].filter(
    ({ action }) => !/^\/(settings|c\/cats\/follow|p\/[\w-]+\/reply)$/.test(new URL(action).pathname),
  );
  return [Reflect.get(globalThis, "ran"), scripted.length, document.scripts.length, foreign.length];
}

test.runIf(hasBrowser())(
  "no word of a stranger runs in a browser, with the content security policy and without (attack E1, CVE-2023-36459, CVE-2023-36462)",
  async () => {
    const browser = await openBrowser();
    await withSite(async (app, url) => {
      const paths = [...(await makeHostile(app)), ...(await makeVariants(app))];
      for (const bypassCSP of [false, true]) {
        const page = await browser.newPage({ bypassCSP });
        const told: string[] = [];
        await page.addInitScript(
          "globalThis.ran = 0; globalThis.x = globalThis.alert = () => { globalThis.ran += 1; };",
        );
        page.on("request", (request) => {
          if (!request.url().startsWith(url)) told.push(`asks ${request.url()}`);
        });
        page.on("dialog", (dialog) => told.push(`says ${dialog.message()}`));
        page.on("console", (message) => message.type() === "error" && told.push(message.text()));

        for (const path of paths) {
          const response = await page.goto(url + path);
          expect([path, response?.status()]).toEqual([path, 200]);
          expect([bypassCSP, path, ...(await page.evaluate(look))]).toEqual([bypassCSP, path, 0, 0, 1, 0]);
        }

        expect(told).toEqual([]);
      }
      expect(variants.length).toBeGreaterThan(5_000);
    });
  },
  manyPages,
);
