import type { LookupAddress } from "node:dns";
import { promisify } from "node:util";
import { request } from "undici";
import { expect, test } from "vitest";
import { type Records, startNames } from "../../test/names.ts";
import { createGuard } from "./guard.ts";
import { publicLookup } from "./lookup.ts";
import { Refused } from "./refused.ts";

type LookUp = (name: string) => Promise<LookupAddress[]>;

/** `answer` is asked once for each query of IPv4 or IPv6. */
async function withNames(
  answer: (name: string) => Records,
  use: (lookUp: LookUp, server: string) => Promise<void>,
): Promise<void> {
  const names = await startNames(answer);
  const lookup = promisify(publicLookup([names.server]));
  try {
    await use(async (name) => (await lookup(name, { all: true })) as unknown as LookupAddress[], names.server);
  } finally {
    names.close();
  }
}

test("a name has the public ones of its addresses, IPv4 first", () =>
  withNames(
    () => ({ A: ["10.0.0.1", "8.8.8.8", "127.0.0.1"], AAAA: ["2a00:1450:4001:80b:0:0:0:200e", "fd00:0:0:0:0:0:0:1"] }),
    async (lookUp) => {
      expect(await lookUp("mixed.example")).toEqual([
        { address: "8.8.8.8", family: 4 },
        { address: "2a00:1450:4001:80b::200e", family: 6 },
      ]);
    },
  ));

test.each([
  ["private", { A: ["192.168.1.1"] }],
  ["loopback", { A: ["127.0.0.1"] }],
  ["metadata", { A: ["169.254.169.254"] }],
  ["IPv6 loopback", { AAAA: ["0:0:0:0:0:0:0:1"] }],
  ["IPv4-mapped", { AAAA: ["0:0:0:0:0:ffff:7f00:1"] }],
  ["NAT64", { AAAA: ["64:ff9b:0:0:0:0:7f00:1"] }],
])("a name with only a %s address is refused", (_, records) =>
  withNames(
    () => records,
    async (lookUp) => {
      await expect(lookUp("inside.example")).rejects.toBeInstanceOf(Refused);
    },
  ),
);

test("GHSA-r48c-xx2h-fv4g: a name that turns private between two questions is refused at the second", () => {
  let asked = 0;
  return withNames(
    () => ({ A: [asked++ < 2 ? "8.8.8.8" : "127.0.0.1"] }),
    async (lookUp) => {
      expect(await lookUp("rebinding.example")).toEqual([{ address: "8.8.8.8", family: 4 }]);
      await expect(lookUp("rebinding.example")).rejects.toBeInstanceOf(Refused);
    },
  );
});

test("a name without addresses is an error of the name service, not of the guard", () =>
  withNames(
    () => ({}),
    async (lookUp) => {
      await expect(lookUp("nowhere.example")).rejects.toMatchObject({ code: "ENODATA" });
    },
  ));

test("the guard connects to names by this lookup", () =>
  withNames(
    () => ({ A: ["127.0.0.1"] }),
    async (_, server) => {
      const { dispatcher, close } = createGuard({ insecurePeers: false, nameServers: [server] });
      await expect(request("https://inside.example/", { dispatcher })).rejects.toBeInstanceOf(Refused);
      await close();
    },
  ));
