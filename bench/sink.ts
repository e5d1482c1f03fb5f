/**
 * Takes whatever is posted to it, as cheaply as can be, so that on a small machine most of the time is left for whoever sends: one
 * process that stands for many servers, each at an address of its own in 127.0.0.0/8.
 *
 * Told `{ hosts, port }` by its parent it listens and says `ready`; told `{ until }` it says how many requests came, and shows the first,
 * when there were so many.
 */
import { createServer, type Socket } from "node:net";
import { addressOf } from "./addresses.ts";

const accepted = Buffer.from("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n");
const lengthName = "ontent-length: ";
let count = 0;
let until = Number.POSITIVE_INFINITY;
let sample: string | undefined;

/** Reads no more of a request than where it ends. */
function serve(socket: Socket): void {
  let missing = 0;
  let head = "";
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    if (missing > 0) {
      missing -= chunk.length;
    } else {
      head += chunk.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const at = head.indexOf(lengthName);
      const length =
        at < 0 || at > end ? 0 : Number.parseInt(head.slice(at + lengthName.length, at + lengthName.length + 8), 10);
      missing = end + 4 + length - head.length;
      sample ??= head;
      head = "";
    }
    if (missing > 0) return;
    missing = 0;
    count += 1;
    socket.write(accepted);
    if (count >= until) report();
  });
}

function report(): void {
  process.send?.({ count, sample });
  count = 0;
  sample = undefined;
  until = Number.POSITIVE_INFINITY;
}

process.on(
  "message",
  async (message: { readonly until: number } | { readonly hosts: number; readonly port: number }) => {
    if ("until" in message) {
      until = message.until;
      if (count >= until) report();
      return;
    }
    for (let host = 0; host < message.hosts; host++) {
      const server = createServer({ noDelay: true }, serve);
      await new Promise<void>((listening) => server.listen({ port: message.port, host: addressOf(host) }, listening));
    }
    process.send?.("ready");
  },
);
process.on("disconnect", () => process.exit());
