import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** Says lines to a mail server, each after the answer to the last one. @returns all that it answered, a line each */
export async function converse(port: number, lines: readonly string[]): Promise<readonly string[]> {
  const socket = connect(port, "127.0.0.1");
  const answers: string[] = [];
  const waiting = [...lines];
  for await (const line of createInterface({ input: socket })) {
    answers.push(line);
    if (/^\d{3}-/.test(line)) continue;
    const next = waiting.shift();
    if (next === undefined) break;
    socket.write(`${next}\r\n`);
  }
  socket.destroy();
  return answers;
}

export interface SentMail {
  readonly from: string;
  /** What is said of it beside, such as ` SMTPUTF8`. */
  readonly parameters?: string;
  readonly to: readonly string[];
  /** Header and body, with LF. */
  readonly text: string;
}

/** A mail server that hands mail on by LMTP, one after the other in one conversation. */
export interface LmtpClient {
  /** @returns what was answered for each recipient, at RCPT or after the mail */
  send(mail: SentMail): Promise<readonly string[]>;
  close(): void;
}

/** Begins a conversation with a server that listens for LMTP. */
export async function openLmtp(port: number): Promise<LmtpClient> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const hear = answersOf(socket);
  const say = async (line: string) => {
    socket.write(`${line}\r\n`);
    return await hear();
  };
  await hear();
  await say("LHLO mx.example");
  return {
    send: async ({ from, parameters = "", to, text }) => {
      await say(`MAIL FROM:<${from}>${parameters}`);
      const answers = new Map<number, string>();
      for (const [index, recipient] of to.entries()) answers.set(index, await say(`RCPT TO:<${recipient}>`));
      const taken = [...answers].filter(([, answer]) => answer.startsWith("250")).map(([index]) => index);
      if (taken.length > 0) {
        await say("DATA");
        const body = text.replace(/\r?\n/g, "\r\n").replace(/^\./gm, "..");
        socket.write(`${body}\r\n.\r\n`);
        for (const index of taken) answers.set(index, await hear());
      }
      return to.map((_, index) => answers.get(index) ?? "");
    },
    close: () => socket.destroy(),
  };
}

/** Hands one mail to a server that listens for LMTP. @returns what was answered for each recipient, at RCPT or after the mail */
export async function sendByLmtp(port: number, mail: SentMail): Promise<readonly string[]> {
  const client = await openLmtp(port);
  const answers = await client.send(mail);
  client.close();
  return answers;
}

/** What a server answers, one after the other. It throws when the server hung up. */
function answersOf(socket: Socket): () => Promise<string> {
  const answers: string[] = [];
  let waiting: PromiseWithResolvers<string> | undefined;
  let isOver = false;
  const hungUp = () => new Error("the mail server hung up");
  const lines = createInterface({ input: socket }).on("error", () => socket.destroy());
  lines.on("line", (line) => {
    if (!/^\d{3} /.test(line)) return;
    if (waiting) waiting.resolve(line);
    else answers.push(line);
    waiting = undefined;
  });
  socket.on("close", () => {
    isOver = true;
    waiting?.reject(hungUp());
  });
  return async () => {
    const answer = answers.shift();
    if (answer !== undefined) return answer;
    if (isOver) throw hungUp();
    waiting = Promise.withResolvers<string>();
    return await waiting.promise;
  };
}
