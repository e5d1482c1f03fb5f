import type { AddressInfo } from "node:net";
import { getLogger } from "@logtape/logtape";
import type { SMTPServerDataStream, SMTPServerOptions, SMTPServerSession } from "smtp-server";
import type { App } from "../app.ts";
import type { ListenAt, TlsFiles } from "../core/config.ts";
import { limits } from "../core/limits.ts";
import { whyNotListening } from "../core/listening.ts";
import { createBatcher } from "../jobs/batcher.ts";
import type { Submission } from "../post/submission.ts";
import { submitPosts } from "../post/submit-posts.ts";
import { createAuthenticator } from "./authenticate.ts";
import { createCallers } from "./callers.ts";
import type { MailDoor } from "./door.ts";
import { openParser } from "./parser.ts";
import { findPlace } from "./place.ts";
import { checkRecipient, receiveMail } from "./receive.ts";
import { type Reply, replies, replyToUnreadable } from "./reply.ts";
import { type Certificate, readCertificate } from "./tls.ts";

const log = getLogger(["folkmoot", "mail", "in"]);

/** How many posts are judged and committed together when mail comes faster than it can be taken one by one. */
const postsAtOnce = 50;

/** The mail door, open to nobody yet. */
export function openMailDoor(app: App, authenticate = createAuthenticator({ insecure: app.config.insecurePeers })) {
  const parser = openParser();
  const submit = createBatcher((given: readonly Submission[]) => submitPosts(app, given), { maxBatch: postsAtOnce });
  const door: MailDoor = { app, place: findPlace(app), parser, authenticate, submit };
  return { door, close: parser.close };
}

/** Where mail is taken. */
export interface MailListener {
  readonly port: number;
  /** Takes another certificate from now on. */
  renew(certificate: Certificate): void;
  close(): Promise<void>;
}

/**
 * Takes mail: by LMTP (RFC 2033) from a mail server that stands before us, with a reply for each recipient, or by SMTP (RFC 5321) from
 * everybody, of whom none may take up all of it. Only CR LF . CR LF ends a mail. Nobody signs in.
 *
 * @param certificate with which STARTTLS is offered (RFC 3207); unset: it is not
 */
export async function listenForMail(
  door: MailDoor,
  protocol: "lmtp" | "smtp",
  { host, port }: ListenAt,
  certificate?: Certificate,
): Promise<MailListener> {
  const { SMTPServer } = await import("smtp-server");
  const server = new SMTPServer({
    lmtp: protocol === "lmtp",
    name: door.place.addresses.domain,
    banner: "Folkmoot",
    size: limits.mailSize,
    authOptional: true,
    disabledCommands: ["AUTH", ...(certificate ? [] : ["STARTTLS"])],
    ...certificate,
    hideENHANCEDSTATUSCODES: true,
    disableReverseLookup: true,
    // By SMTP one answer is for all recipients: the others are sent anew, each by itself.
    maxRecipients: protocol === "smtp" ? 1 : limits.mailRecipients,
    maxClients: limits.mailClients,
    socketTimeout: limits.mailSilence,
    closeTimeout: 1_000,
    logger: false,
    ...conversationsOf(door, protocol),
  });
  server.on("error", (error) => log.debug("a conversation about mail ended early", { error }));
  await new Promise<void>((listening, failed) => {
    server.server.once("error", failed);
    server.listen(port, host, listening);
  }).catch((cause: unknown) => {
    throw whyNotListening(cause, { host, port }, [protocol === "lmtp" ? "LMTP_LISTEN" : "SMTP_LISTEN"]);
  });
  const { port: bound } = server.server.address() as AddressInfo;
  log.info("takes mail by {protocol} on {host}:{port}", { protocol, host, port: bound });
  return {
    port: bound,
    renew: (renewed) => server.updateSecureContext({ ...renewed }),
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

/** What is answered to whoever talks to us. */
function conversationsOf(door: MailDoor, protocol: "lmtp" | "smtp"): SMTPServerOptions {
  const callers = protocol === "smtp" ? createCallers(door.app.now) : undefined;
  const tooMany = refusal(replies.tooMany);
  return {
    onConnect: ({ id, remoteAddress }, callback) =>
      callback(!callers || callers.enter(id, remoteAddress) ? null : tooMany),
    onClose: ({ id }) => callers?.leave(id),
    onMailFrom: (_, { remoteAddress }, callback) =>
      callback(!callers || callers.note("mail", remoteAddress) ? null : tooMany),
    onRcptTo(address, session, callback) {
      const { mailFrom } = session.envelope;
      checkRecipient(door, address.address, mailFrom ? mailFrom.address : "").then(
        (refused) => {
          const isGuessing = refused && callers && !callers.note("unknown", session.remoteAddress);
          callback(isGuessing ? tooMany : refused ? refusal(refused) : null);
        },
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
  };
}

/** Opens the mail door where the configuration says so. @returns what closes it */
export async function takeMail(app: App): Promise<() => Promise<void>> {
  const { lmtpListen, smtpListen, smtpTls } = app.config;
  if (!lmtpListen && !smtpListen) return async () => {};
  const { door, close } = openMailDoor(app);
  const listeners: MailListener[] = [];
  let renewing: NodeJS.Timeout | undefined;
  const stop = async () => {
    clearInterval(renewing);
    for (const listener of listeners) await listener.close();
    await close();
  };
  try {
    if (lmtpListen) listeners.push(await listenForMail(door, "lmtp", lmtpListen));
    if (smtpListen) {
      const listener = await listenForMail(door, "smtp", smtpListen, smtpTls && (await readCertificate(smtpTls)));
      listeners.push(listener);
      if (smtpTls) renewing = setInterval(() => void renew(listener, smtpTls), limits.certificateAge).unref();
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** Certificates are renewed every few weeks. One that cannot be read leaves the last one in its place. */
async function renew(listener: MailListener, files: TlsFiles): Promise<void> {
  try {
    listener.renew(await readCertificate(files));
  } catch (error) {
    log.error("the certificate for mail cannot be renewed", { error });
  }
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
