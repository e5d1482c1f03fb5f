import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** A mail relay as small as can be (RFC 5321): it takes everything, or refuses every recipient, and remembers what it was sent. */
export interface MailRelay {
  readonly url: string;
  readonly received: readonly ReceivedMail[];
  /** Settles when it has been sent this many mails. */
  receives(count: number): Promise<readonly ReceivedMail[]>;
  /** What recipients are answered from now on, such as `550 no such person`; unset: they are taken. */
  refuse(answer: string | undefined): void;
  close(): Promise<void>;
}

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body as they came. */
  readonly text: string;
  /** By the clock of `performance.now()`. */
  readonly at: number;
}

export async function startMailRelay(): Promise<MailRelay> {
  const received: ReceivedMail[] = [];
  const waiting: { readonly count: number; settle(): void }[] = [];
  const take = (mail: ReceivedMail) => {
    received.push(mail);
    for (const { count, settle } of waiting) if (received.length >= count) settle();
  };
  let refusal: string | undefined;
  const server = createServer((socket) => {
    // Whoever sends may die of it.
    converse(socket, take, () => refusal).catch(() => socket.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    receives: async (count) => {
      if (received.length < count) await new Promise<void>((settle) => waiting.push({ count, settle }));
      return received;
    },
    refuse: (answer) => {
      refusal = answer;
    },
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

async function converse(
  socket: Socket,
  take: (mail: ReceivedMail) => void,
  refusal: () => string | undefined,
): Promise<void> {
  const say = (line: string) => socket.write(`${line}\r\n`);
  socket.on("error", () => {});
  let from = "";
  let to: string[] = [];
  let data: string[] | undefined;
  say("220 relay");
  for await (const line of createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (data && line !== ".") {
      data.push(line.replace(/^\./, ""));
      continue;
    }
    const verb = data ? "." : line.slice(0, 4).toUpperCase();
    if (verb === ".") take({ from, to, text: data!.join("\n"), at: performance.now() });
    data = verb === "DATA" ? [] : undefined;
    if (verb === "MAIL") [from, to] = [/<(.*)>/.exec(line)?.[1] ?? "", []];
    // Letters of all scripts in addresses (RFC 6531) are taken where that is said.
    if (verb === "EHLO") say("250-relay");
    const refused = verb === "RCPT" ? refusal() : undefined;
    if (verb === "RCPT" && !refused) to.push(/<(.*)>/.exec(line)?.[1] ?? "");
    say(
      refused ??
        (verb === "DATA" ? "354 go on" : verb === "QUIT" ? "221 bye" : verb === "EHLO" ? "250 SMTPUTF8" : "250 yes"),
    );
    if (verb === "QUIT") socket.end();
  }
}
