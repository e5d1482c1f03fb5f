import { globSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { readActor } from "../../federation/read-actor.ts";
import manifest from "../../package.json" with { type: "json" };
import { cleanName, sanitize, textOfHtml, titleOfHtml } from "../../src/core/html.ts";
import { createWeb } from "../../web/app.tsx";
import { cpuTimeOf } from "../cpu-time.ts";
import { withFederation } from "../federated-app.ts";
import { makeCommunity, makePost } from "../make.ts";
import { withApp } from "../with-app.ts";

const root = `${import.meta.dirname}/../..`;
const sources = globSync("{src,federation,web}/**/*.{ts,tsx}", { cwd: root })
  .filter((path) => !path.includes(".test."))
  .map((path) => [path, readFileSync(`${root}/${path}`, "utf8")] as const);

test("attack A12: no context that an activity names is ever fetched, nor does it make the activity invalid", () =>
  withFederation(async ({ app, peer, receive }) => {
    let hits = 0;
    const canary = createServer((_, response) => {
      hits += 1;
      response.end("{}");
    });
    await new Promise<void>((listening) => canary.listen(0, "127.0.0.1", listening));
    const context = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/context`;
    const group = `https://moot.example/actors/${await makeCommunity(app)}`;
    const ana = peer.person("ana");
    const { create } = ana.note("Slugs", { cc: [group] });
    const signature = {
      type: "RsaSignature2017",
      creator: ana.keyId,
      created: "2026-01-01T00:00:00Z",
      signatureValue: "AAAA",
    };

    const named = { ...create, "@context": [create["@context"], context, { x: `${context}#x` }], signature };
    expect((await receive(ana.request("https://moot.example/inbox", named))).status).toBe(202);
    const eve = peer.person("eve");
    expect((await receive(eve.request("https://moot.example/inbox", { ...named, id: `${create.id}2` }))).status).toBe(
      401,
    );

    expect(hits).toBe(0);
    canary.close();
  }));

test("attack C3, CVE-2025-68475: no text makes its readers slow, however it is made", () => {
  const parts = [
    "<a href='",
    "<",
    "&#x",
    "@a",
    "#",
    "a@b.",
    "<p>",
    "<!--",
    "<![CDATA[",
    "\\u0301",
    " ",
    "\\n",
    "](",
    "http://a/",
    "<svg><style>",
  ];
  for (const part of parts) {
    const text = part.repeat(150_000 / part.length);
    const taken = cpuTimeOf(() => {
      const html = sanitize(text);
      textOfHtml(html);
      titleOfHtml(html);
      cleanName(text);
    });
    expect([part, taken < 5_000]).toEqual([part, true]);
  }
}, 300_000);

test("attack C7, GHSA-84ch-6436-c7mg, CVE-2026-27700: nobody is believed to be at another address because a header says so", () => {
  const namers = sources.filter(([, text]) => /x-forwarded-for|x-real-ip|cf-connecting-ip|true-client-ip/i.test(text));

  // The first believes a proxy that is trusted, which its own tests are about; the second believes whoever names them less for it.
  expect(namers.map(([path]) => path).sort()).toEqual(["src/health.ts", "web/client-network.ts"]);
});

test("attack D4: a page that may not be seen is told of in the same words as one that is not there", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const hidden = ["held", "rejected", "waiting"] as const;
    const web = createWeb(app);
    const tellOf = async (start: string, id: string, headers: Record<string, string>) => {
      const answer = await web.request(start + id, { headers });
      return [answer.status, (await answer.text()).replaceAll(id, ""), answer.headers.get("cache-control")];
    };
    for (const headers of [{ accept: "text/html" }, { accept: "text/html", "accept-language": "ar" }]) {
      const absent = "019b0000-0000-7000-8000-000000000000";
      for (const state of hidden) {
        const id = await makePost(app, communityId, { state });
        for (const start of ["/p/", "/c/cats/t/"])
          expect([state, await tellOf(start, id, headers)]).toEqual([state, await tellOf(start, absent, headers)]);
      }
    }
  }));

test("attack E5: nothing here reads XML, and what is written as XML declares no entities", () => {
  const readers = Object.keys(manifest.dependencies).filter((name) => /xml|sax|libxml|cheerio|jsdom/.test(name));

  expect(readers).toEqual([]);
  expect(sources.filter(([, text]) => /<!(ENTITY|DOCTYPE (?!html))/i.test(text))).toEqual([]);
});

test("attack E6: a host that looks like another is shown as it is spelled in the name system, and no name turns its surroundings around", () => {
  const iri = "https://m\u0430stodon.example/users/ann";
  const document = {
    id: iri,
    type: "Person",
    preferredUsername: "ann\u202e",
    name: "Ann\u202e \u2066x\u2069",
    inbox: `${iri}/inbox`,
  };
  const actor = readActor(document, "{}");

  expect(actor).toMatchObject({ host: "xn--mstodon-2fg.example", handle: "ann" });
  expect(actor?.name).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
});
