import { setTimeout as sleep } from "node:timers/promises";
import { type Peer, type PeerActor, startPeer } from "../test/fediverse.ts";
import { sendByLmtp } from "../test/mail-sender.ts";
import type { KillableServer } from "./killable-server.ts";

/** What was acknowledged, by the name that its sender gave it. */
export interface Acknowledged {
  readonly mails: Map<string, { readonly parent: string | undefined }>;
  readonly activities: Set<string>;
  /** How often something had to be sent again. */
  retries: number;
  /** What was refused for good, though nothing was wrong with it. */
  readonly refusals: string[];
}

/** People who send mail and fediverse posts without a pause, and again what was not acknowledged, as their servers do. */
export interface Load {
  readonly acknowledged: Acknowledged;
  readonly peer: Peer;
  /** Has somebody of the fediverse follow the community. */
  follow(actorId: string): Promise<void>;
  begin(actorId: string): void;
  /** Settles when so many more were acknowledged, or when it takes too long. */
  goesOn(count: number): Promise<void>;
  /** Lets each send what they are at, and stops. */
  end(): Promise<void>;
}

const writers = 6;
const people = 2;
const patience = 20_000;

/** @param pause of each between two posts, in milliseconds */
export async function startLoad(server: KillableServer, { pause }: { readonly pause: number }): Promise<Load> {
  const peer = await startPeer();
  const acknowledged: Acknowledged = { mails: new Map(), activities: new Set(), retries: 0, refusals: [] };
  const reader = peer.person("reader");
  const authors = Array.from({ length: people }, (_, index) => peer.person(`person${index}`));
  const work: Promise<void>[] = [];
  let ending = false;

  /** @returns false when it was refused for good */
  const untilTaken = async (send: () => Promise<string>) => {
    for (;;) {
      const answer = await send().catch(() => "hung up");
      if (/^2/.test(answer)) return true;
      if (/^5(?!0[234])|^4(?!51|29)/.test(answer)) return acknowledged.refusals.push(answer) < 0;
      acknowledged.retries += 1;
      await sleep(200);
    }
  };
  const write = async (writer: number) => {
    for (let count = 0; !ending; count++) {
      const id = `<${writer}.${count}@good.example>`;
      const parent = count % 3 === 2 ? [...acknowledged.mails.keys()].at(-1) : undefined;
      if (await untilTaken(() => mail(server.lmtpPort, writer, id, parent))) acknowledged.mails.set(id, { parent });
      await sleep(pause);
    }
  };
  const post = async (author: PeerActor, actorId: string) => {
    for (let count = 0; !ending; count++) {
      const { note, create } = author.note(`Word ${count}`, { cc: [actorId] });
      if (await untilTaken(() => deliver(server.origin, author, create))) acknowledged.activities.add(note.id);
      await sleep(pause * 3);
    }
  };
  return {
    acknowledged,
    peer,
    follow: async (actorId) => {
      const follow = { id: `${reader.iri}/follows/1`, type: "Follow", actor: reader.iri, object: actorId };
      await untilTaken(() => deliver(server.origin, reader, follow));
      await peer.receives(1);
    },
    begin: (actorId) => {
      for (let writer = 0; writer < writers; writer++) work.push(write(writer));
      for (const author of authors) work.push(post(author, actorId));
    },
    goesOn: async (count) => {
      const total = () => acknowledged.mails.size + acknowledged.activities.size;
      const [aim, end] = [total() + count, performance.now() + patience];
      while (total() < aim && performance.now() < end) await sleep(10);
    },
    end: async () => {
      ending = true;
      await Promise.all(work);
    },
  };
}

async function mail(port: number, writer: number, id: string, parent: string | undefined): Promise<string> {
  const from = `writer${writer}@good.example`;
  const text = [
    `From: Writer ${writer} <${from}>`,
    `To: gardeners@moot.example`,
    `Subject: ${parent ? "Re: " : ""}Sheds`,
    `Message-ID: ${id}`,
    ...(parent ? [`In-Reply-To: ${parent}`] : []),
    "",
    `What lives in the shed, and what does it eat? This is ${id.slice(1, -1).split("@")[0]}.`,
  ];
  const [answer] = await sendByLmtp(port, { from, to: ["gardeners@moot.example"], text: text.join("\n") });
  return answer ?? "";
}

async function deliver(origin: string, author: PeerActor, activity: object): Promise<string> {
  const body = { "@context": "https://www.w3.org/ns/activitystreams", ...activity };
  const response = await fetch(author.request(`${origin}/inbox`, body), { signal: AbortSignal.timeout(20_000) });
  return String(response.status);
}
