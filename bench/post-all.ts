import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { SignedPost } from "./mastodon-creates.ts";

/**
 * Sends signed posts over kept connections, one at a time on each, without a client library: whoever sends has the same cores as what is
 * measured, and what it takes of them is missing there. The requests are written out before the clock starts.
 *
 * @returns what sends them all, once, and settles when every one was answered 202
 * @throws {Error} when one is answered otherwise
 */
export function prepareToPost(inbox: string, posts: readonly SignedPost[], connections: number): () => Promise<void> {
  const { hostname, port, pathname } = new URL(inbox);
  const requests = posts.map((post) => writeRequest(pathname, post));
  return async () => {
    const left = requests.values();
    const post = async () => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      const answer = readAnswers(socket);
      for (const request of left) {
        socket.write(request);
        await answer();
      }
      socket.destroy();
    };
    await Promise.all(Array.from({ length: connections }, post));
  };
}

function writeRequest(path: string, { headers, body }: SignedPost): Buffer {
  const bytes = Buffer.from(body);
  const lines = Object.entries({ ...headers, "content-length": bytes.length }).map((header) => header.join(": "));
  return Buffer.concat([Buffer.from(`${[`POST ${path} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`), bytes]);
}

/** Waits for one whole answer at a time. */
function readAnswers(socket: Socket): () => Promise<void> {
  socket.setEncoding("latin1");
  return async () => {
    let text = "";
    while (!isWhole(text)) text += String((await once(socket, "data"))[0]);
    if (!text.startsWith("HTTP/1.1 202 ")) throw new Error(`answered: ${text}`);
  };
}

function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const head = text.slice(0, end).toLowerCase();
  if (head.includes("transfer-encoding: chunked")) return text.endsWith("0\r\n\r\n");
  return text.length - end - 4 === Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
}
