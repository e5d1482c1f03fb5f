import { createSocket } from "node:dgram";
import type { LookupAddress } from "node:dns";
import { promisify } from "node:util";
import { request } from "undici";
import { expect, test } from "vitest";
import { createGuard } from "./guard.ts";
import { publicLookup } from "./lookup.ts";
import { Refused } from "./refused.ts";

type Records = { readonly A?: readonly string[]; readonly AAAA?: readonly string[] };

/** A name server on loopback; `answer` is asked once for each query of IPv4 or IPv6. */
async function withNames(
  answer: (name: string) => Records,
  use: (lookUp: LookUp, server: string) => Promise<void>,
): Promise<void> {
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address }) => {
    const end = query.indexOf(0, 12) + 5;
    const type = query.readUInt16BE(end - 4);
    const name = readName(query.subarray(12, end - 4));
    const found = type === 1 ? (answer(name).A ?? []).map(bytes4) : (answer(name).AAAA ?? []).map(bytes6);
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(found.length, 6);
    head.writeUInt32BE(0, 8);
    const records = found.map((data) => Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length, ...data]));
    socket.send(Buffer.concat([head, query.subarray(12, end), ...records]), port, address);
  });
  await new Promise<void>((bound) => socket.bind(0, "127.0.0.1", bound));
  const server = `127.0.0.1:${socket.address().port}`;
  const lookup = promisify(publicLookup([server]));
  try {
    await use(async (name) => (await lookup(name, { all: true })) as unknown as LookupAddress[], server);
  } finally {
    socket.close();
  }
}

type LookUp = (name: string) => Promise<LookupAddress[]>;

function readName(bytes: Buffer): string {
  const length = bytes[0] ?? 0;
  return length === 0 ? "" : `${bytes.toString("latin1", 1, 1 + length)}.${readName(bytes.subarray(1 + length))}`;
}

const bytes4 = (ip: string) => ip.split(".").map(Number);
const bytes6 = (ip: string) =>
  ip.split(":").flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255]);

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
