/** Takes whatever mail comes, as cheaply as can be. Told `{ port }` it listens; told `{ until }` it says when so many came, and shows one. */
import { createServer } from "node:net";

let count = 0;
let until = Number.POSITIVE_INFINITY;
let sample = "";

function report(): void {
  process.send?.({ count, sample });
  count = 0;
  until = Number.POSITIVE_INFINITY;
}

const server = createServer((socket) => {
  let inData = false;
  let rest = "";
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.write("220 sink\r\n");
  socket.on("data", (chunk) => {
    rest += chunk.toString("latin1");
    for (;;) {
      const end = rest.indexOf(inData ? "\r\n.\r\n" : "\r\n");
      if (end < 0) return;
      const said = rest.slice(0, end);
      rest = rest.slice(end + (inData ? 5 : 2));
      const isData = !inData && said === "DATA";
      if (inData) {
        sample = said;
        count += 1;
      }
      inData = isData;
      socket.write(isData ? "354 go on\r\n" : said === "QUIT" ? "221 bye\r\n" : "250 yes\r\n");
      if (count >= until) report();
    }
  });
});

process.on("message", (message: { readonly port?: number; readonly until?: number }) => {
  if (message.port !== undefined) server.listen(message.port, "127.0.0.1", () => process.send?.("ready"));
  if (message.until === undefined) return;
  until = message.until;
  if (count >= until) report();
});
process.on("disconnect", () => process.exit());
