import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";

/** Stands between a mail server and ours, and hears what ours says to each mail. */
export interface LmtpTap {
  readonly port: number;
  /** The answer to the next mail that nobody was told of yet; it may have come already. Probes of recipients are none. */
  next(): Promise<string>;
  close(): void;
}

/** @param listener where ours listens: each mail is expected to have one recipient */
export async function startTap(listener: number): Promise<LmtpTap> {
  const answers: string[] = [];
  const waiting: ((answer: string) => void)[] = [];
  const hear = (answer: string) => {
    const settle = waiting.shift();
    if (settle) settle(answer);
    else answers.push(answer);
  };
  const server = createServer((client) => {
    const ours = connect(listener, "127.0.0.1");
    let goesOn = false;
    createInterface({ input: ours }).on("line", (line) => {
      if (goesOn) hear(line);
      goesOn = line.startsWith("354");
    });
    for (const socket of [client, ours]) socket.on("error", () => socket.destroy());
    client.pipe(ours).pipe(client);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: (server.address() as AddressInfo).port,
    next: async () => answers.shift() ?? (await new Promise((settle) => waiting.push(settle))),
    close: () => void server.close(),
  };
}
