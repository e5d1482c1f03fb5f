import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { limits } from "../src/core/limits.ts";
import { installGuard } from "../src/net/guard.ts";
import { createHomeFinder, type HomeFinder } from "./home-server.ts";

const iri = "https://moot.example/actors/1?a=b&c";
const encoded = encodeURIComponent(iri);

test.each([
  ["@ana@social.example", "social.example", ["acct:ana@social.example"]],
  [" ana@Social.Example ", "social.example", ["acct:ana@social.example"]],
  ["acct:ana@social.example", "social.example", ["acct:ana@social.example"]],
  ["https://social.example/@ana", "social.example", ["https://social.example/@ana"]],
  ["http://social.example/users/ana?x#y", "social.example", ["https://social.example/users/ana"]],
  ["social.example/@ana", "social.example", ["https://social.example/@ana"]],
  ["social.example", "social.example", ["acct:social.example@social.example", "https://social.example/"]],
  ["@social.example", "social.example", ["acct:social.example@social.example", "https://social.example/"]],
  ["https://social.example/", "social.example", ["acct:social.example@social.example", "https://social.example/"]],
  ["ana@bücher.example", "xn--bcher-kva.example", ["acct:ana@xn--bcher-kva.example"]],
])("%s is at home on %s", (text, host, resources) => {
  expect(createHomeFinder(() => new Date(), { insecure: false }).read(text)).toEqual({ host, resources });
});

test.each([
  "",
  "  ",
  "ana",
  "@ana",
  "ana@localhost",
  "127.0.0.1",
  "0x7f.1",
  "2130706433",
  "[::1]",
  "ana@[::1]",
  "https://ana:secret@social.example/",
  "https://evil@social.example/",
  "ana@social.example@evil.example",
  "ana@social.example:8080",
  "https://social.example:8443/@ana",
  "ana@social.example/@evil",
  "social.example\\@evil.example",
  "javascript:alert(1)",
  "javascript://social.example/%0aalert(1)",
  "//evil.example",
  "ana@social example",
  "data:text/html,x",
  `ana@${"x".repeat(600)}.example`,
])("%j is nobody's home", (text) => {
  expect(createHomeFinder(() => new Date(), { insecure: false }).read(text)).toBeUndefined();
});

type Links = readonly Record<string, unknown>[];

/** A home server that answers questions for resources with links, or a status, or where else to ask. */
async function withHome(
  make: (host: string) => Readonly<Record<string, Links | number | string>>,
  use: (home: { host: string; finder: HomeFinder; asked: string[]; advance(time: number): void }) => Promise<void>,
): Promise<void> {
  const asked: string[] = [];
  let answers: ReturnType<typeof make> = {};
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://home");
    const resource = searchParams.get("resource") ?? "";
    asked.push(resource);
    const answer = answers[resource];
    if (typeof answer === "string") response.writeHead(302, { location: answer }).end();
    else if (typeof answer === "object") response.end(JSON.stringify({ subject: resource, links: answer }));
    else response.writeHead(answer ?? 404).end("no");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  answers = make(host);
  let time = 0;
  const advance = (more: number) => {
    time += more;
  };
  const guard = installGuard({ insecurePeers: true });
  const finder = createHomeFinder(() => new Date(time), { insecure: true });
  try {
    await use({ host, finder, asked, advance });
  } finally {
    server.closeAllConnections();
    server.close();
    await guard.close();
  }
}

const fep = (verb: string) => `https://w3id.org/fep/3b86/${verb}`;
const subscribe = "http://ostatus.org/schema/1.0/subscribe";

async function find(finder: HomeFinder, text: string, act: "follow" | "reply" = "follow") {
  const answer = await finder.find(finder.read(text)!, { act, iri });
  return typeof answer === "string" ? answer : answer.url;
}

test("the verb of FEP-3b86 comes first, then Object, then what everybody knows, then the page of Mastodon", () =>
  withHome(
    (host) => {
      const link = (rel: string, path: string) => ({ rel, template: `http://${host}/${path}` });
      const [follow, object] = [
        link(fep("Follow"), "f?o={object}&s={on-success}"),
        link(fep("Object"), "o?u={object}"),
      ];
      const create = link(fep("Create"), "c?text={content}&r={inReplyTo}");
      const old = link(subscribe, "s?u={uri}");
      return {
        [`acct:all@${host}`]: [old, object, create, follow],
        [`acct:some@${host}`]: [old, object, link(fep("Create"), "c?text={content}")],
        [`acct:old@${host}`]: [old],
        [`acct:none@${host}`]: [],
      };
    },
    async ({ host, finder }) => {
      expect(await find(finder, `all@${host}`)).toBe(`http://${host}/f?o=${encoded}&s=`);
      expect(await find(finder, `all@${host}`, "reply")).toBe(`http://${host}/c?text=&r=${encoded}`);
      expect(await find(finder, `some@${host}`)).toBe(`http://${host}/o?u=${encoded}`);
      expect(await find(finder, `some@${host}`, "reply")).toBe(`http://${host}/o?u=${encoded}`);
      expect(await find(finder, `old@${host}`)).toBe(`http://${host}/s?u=${encoded}`);
      expect(await find(finder, `none@${host}`)).toBe(`http://${host}/authorize_interaction?uri=${encoded}`);
      expect(await find(finder, `unknown@${host}`)).toBe(`http://${host}/authorize_interaction?uri=${encoded}`);
    },
  ));

test.each([
  "http://evil.example/?u={uri}",
  "//evil.example/?u={uri}",
  "http://HOST@evil.example/?u={uri}",
  "http://ana:secret@HOST/?u={uri}",
  "http://HOST.evil.example/?u={uri}",
  "http://evil.example\\@HOST/?u={uri}",
  "javascript:alert('{uri}')",
  "data:text/html,{uri}",
  "http://HOST/no-place-for-it",
  "{uri}",
  "http://{uri}/",
  7,
  null,
])("a server cannot send its people elsewhere: %j", (template) =>
  withHome(
    (host) => ({
      [`acct:ana@${host}`]: [
        { rel: subscribe, template: typeof template === "string" ? template.replace("HOST", host) : template },
      ],
    }),
    async ({ host, finder }) => {
      expect(await find(finder, `ana@${host}`)).toBe(`http://${host}/authorize_interaction?uri=${encoded}`);
    },
  ),
);

test("a host may have its people's server below its own name, or say by a redirect where it is", () =>
  withHome(
    (host) => {
      const other = host.replace("127.0.0.1", "localhost");
      return {
        [`acct:sub@${host}`]: [{ rel: subscribe, template: `http://social.${host}/s?u={uri}` }],
        [`acct:moved@${host}`]: `http://${other}/.well-known/webfinger?resource=moved`,
        moved: [{ rel: subscribe, template: `http://${other}/s?u={uri}` }],
      };
    },
    async ({ host, finder }) => {
      // An address cannot have names below it: such a template is taken for none.
      expect(await find(finder, `sub@${host}`)).toBe(`http://${host}/authorize_interaction?uri=${encoded}`);
      expect(await find(finder, `moved@${host}`)).toBe(
        `http://${host.replace("127.0.0.1", "localhost")}/s?u=${encoded}`,
      );
    },
  ));

test("a bare server is asked about itself in both ways", () =>
  withHome(
    (host) => ({ [`https://${host}/`]: [{ rel: subscribe, template: `http://${host}/s?u={uri}` }] }),
    async ({ host, finder, asked }) => {
      expect(await find(finder, host)).toBe(`http://${host}/s?u=${encoded}`);
      expect(asked).toEqual([`acct:${host}@${host}`, `https://${host}/`]);
    },
  ));

test("what a server answered is kept for a while; that it did not answer is not", () =>
  withHome(
    (host) => ({ [`acct:ana@${host}`]: [], [`acct:ill@${host}`]: 500 }),
    async ({ host, finder, asked, advance }) => {
      await find(finder, `ana@${host}`);
      await find(finder, `ana@${host}`);
      expect(asked).toHaveLength(1);
      advance(limits.homeFreshness);
      await find(finder, `ana@${host}`);
      expect(asked).toHaveLength(2);
      expect(await find(finder, `ill@${host}`)).toBe("unreachable");
      expect(await find(finder, `ill@${host}`)).toBe("unreachable");
      expect(asked).toHaveLength(4);
      expect(await find(finder, "ana@127.0.0.1:1")).toBe("unreachable");
    },
  ));
