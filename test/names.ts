import { createSocket } from "node:dgram";

/** What a name has: addresses in full, and the name that it stands for. */
export interface Records {
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  readonly CNAME?: string;
}

/** A name server on loopback; `answer` is asked once for each query of IPv4 or IPv6. */
export async function startNames(
  answer: (name: string) => Records,
): Promise<{ readonly server: string; close(): void }> {
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address }) => {
    const end = query.indexOf(0, 12) + 5;
    const type = query.readUInt16BE(end - 4);
    const { A = [], AAAA = [], CNAME } = answer(readName(query.subarray(12, end - 4)));
    const found = type === 1 ? A.map(bytes4) : AAAA.map(bytes6);
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(found.length + (CNAME === undefined ? 0 : 1), 6);
    head.writeUInt32BE(0, 8);
    const asked = [0xc0, 12];
    const alias = CNAME === undefined ? [] : [record(asked, 5, writeName(CNAME))];
    const owner = CNAME === undefined ? asked : writeName(CNAME);
    const records = found.map((data) => record(owner, type, data));
    socket.send(Buffer.concat([head, query.subarray(12, end), ...alias, ...records]), port, address);
  });
  await new Promise<void>((bound) => socket.bind(0, "127.0.0.1", bound));
  return { server: `127.0.0.1:${socket.address().port}`, close: () => socket.close() };
}

function record(owner: readonly number[], type: number, data: readonly number[]): Buffer {
  return Buffer.from([...owner, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length, ...data]);
}

function readName(bytes: Buffer): string {
  const labels: string[] = [];
  for (let at = 0; bytes[at]; at += 1 + bytes[at]!) labels.push(bytes.toString("latin1", at + 1, at + 1 + bytes[at]!));
  return labels.join(".").toLowerCase();
}

function writeName(name: string): readonly number[] {
  return [...name.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]), 0];
}

const bytes4 = (ip: string) => ip.split(".").map(Number);
const bytes6 = (ip: string) =>
  ip.split(":").flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255]);
