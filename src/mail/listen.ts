import type { AddressInfo } from "node:net";
import { getLogger } from "@logtape/logtape";
import type { SMTPServerDataStream, SMTPServerSession } from "smtp-server";
import type { App } from "../app.ts";
import type { ListenAt } from "../core/config.ts";
import { limits } from "../core/limits.ts";
import { createAuthenticator } from "./authenticate.ts";
import type { MailDoor } from "./door.ts";
import { openParser } from "./parser.ts";
import { findPlace } from "./place.ts";
import { checkRecipient, receiveMail } from "./receive.ts";
import { type Reply, replies, replyToUnreadable } from "./reply.ts";

const log = getLogger(["folkmoot", "mail", "in"]);

/** The mail door, open to nobody yet. */
export function openMailDoor(app: App, authenticate = createAuthenticator({ insecure: app.config.insecurePeers })) {
  const parser = openParser();
  const door: MailDoor = { app, place: findPlace(app), parser, authenticate };
  return { door, close: parser.close };
}

/** Where mail is taken. */
export interface MailListener {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Takes mail: by LMTP (RFC 2033) from a mail server that stands before us, with a reply for each recipient, or by SMTP (RFC 5321) from
 * everybody. Only CR LF . CR LF ends a mail. There is no TLS and nobody signs in: a mail server before us does that.
 */
export async function listenForMail(
  door: MailDoor,
  protocol: "lmtp" | "smtp",
  { host, port }: ListenAt,
): Promise<MailListener> {
  const { SMTPServer } = await import("smtp-server");
  const server = new SMTPServer({
    lmtp: protocol === "lmtp",
    name: door.place.addresses.domain,
    banner: "Folkmoot",
    size: limits.mailSize,
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    hideENHANCEDSTATUSCODES: true,
    disableReverseLookup: true,
    // By SMTP one answer is for all recipients: the others are sent anew, each by itself.
    maxRecipients: protocol === "smtp" ? 1 : limits.mailRecipients,
    maxClients: limits.mailClients,
    socketTimeout: limits.mailSilence,
    closeTimeout: 1_000,
    logger: false,
    onRcptTo(address, session, callback) {
      const { mailFrom } = session.envelope;
      checkRecipient(door, address.address, mailFrom ? mailFrom.address : "").then(
        (refused) => callback(refused ? refusal(refused) : null),
        () => callback(refusal(replies.later)),
      );
    },
    onData(stream, session, callback) {
      takeData(door, protocol, stream, session).then(
        (given) => {
          const results = given.map((reply) => (reply.code < 300 ? reply.text : refusal(reply)));
          if (protocol === "lmtp") return callback(null, results);
          const [result] = results;
          if (result instanceof Error) callback(result);
          else callback(null, result ?? "2.0.0 done");
        },
        () => callback(refusal(replies.later)),
      );
    },
  });
  server.on("error", (error) => log.debug("a conversation about mail ended early", { error }));
  await new Promise<void>((listening, failed) => {
    server.server.once("error", failed);
    server.listen(port, host, listening);
  });
  const { port: bound } = server.server.address() as AddressInfo;
  log.info("takes mail by {protocol} on {host}:{port}", { protocol, host, port: bound });
  return { port: bound, close: () => new Promise((closed) => server.close(() => closed())) };
}

/** Opens the mail door where the configuration says so. @returns what closes it */
export async function takeMail(app: App): Promise<() => Promise<void>> {
  const { lmtpListen, smtpListen } = app.config;
  if (!lmtpListen && !smtpListen) return async () => {};
  const { door, close } = openMailDoor(app);
  const listeners: MailListener[] = [];
  const stop = async () => {
    for (const listener of listeners) await listener.close();
    await close();
  };
  try {
    if (lmtpListen) listeners.push(await listenForMail(door, "lmtp", lmtpListen));
    if (smtpListen) listeners.push(await listenForMail(door, "smtp", smtpListen));
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

async function takeData(
  door: MailDoor,
  protocol: "lmtp" | "smtp",
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<readonly Reply[]> {
  const recipients = session.envelope.rcptTo.map(({ address }) => address);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size <= limits.mailSize) chunks.push(chunk);
  }
  if (size > limits.mailSize || stream.sizeExceeded) return recipients.map(() => replyToUnreadable("too-large"));
  const { mailFrom } = session.envelope;
  const carrier = {
    protocol,
    ip: session.remoteAddress,
    helo: session.hostNameAppearsAs,
    sender: mailFrom ? mailFrom.address : "",
  } as const;
  return await receiveMail(door, Buffer.concat(chunks), { carrier, recipients });
}

function refusal({ code, text }: Reply): Error & { responseCode: number } {
  return Object.assign(new Error(text), { responseCode: code });
}
