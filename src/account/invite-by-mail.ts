import type { App } from "../app.ts";
import type { Community } from "../community/get-community.ts";
import { joinCommunity } from "../community/join-community.ts";
import { findOwnMembership } from "../community/own-membership.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { readMailAddress } from "../core/mail-address.ts";
import { auditEntries } from "../db/schema/server.ts";
import { oweMail } from "../outbound/owe-mail.ts";
import { ensureMailAuthor, findMailAuthor } from "./mail-author.ts";
import { mayAsk, putQuestion } from "./mail-questions.ts";

/** Addresses that somebody wants in a community. */
export interface AddressList {
  readonly community: Community;
  readonly addresses: readonly string[];
  /** Null: whoever has the command line. */
  readonly by: AuthorId | null;
}

/** What became of them. Whether one of them is a member's is told to nobody. */
export interface Invited {
  readonly taken: number;
  /** Those that are no addresses, as they were given. */
  readonly wrong: readonly string[];
}

/** The addresses in a text: one a line, or parted by commas, semicolons or spaces; names beside them are left out. */
export function addressesIn(text: string): readonly string[] {
  const words = text.split(/[\s,;<>]+/).filter((word) => word.includes("@"));
  return [...new Set(words)];
}

/**
 * Asks each of these addresses by mail whether they want to hear from a community. Nothing else goes there until they say yes; who is a
 * member, or was asked three times today, is not asked.
 *
 * @throws {DomainError} `invalid` when they are too many at once, `not-allowed` when no mail can be sent
 */
export async function inviteAddresses(app: App, { community, addresses, by }: AddressList): Promise<Invited> {
  const { smtpUrl, insecurePeers } = app.config;
  if (smtpUrl === undefined && !insecurePeers)
    throw new DomainError("not-allowed", "nobody can be asked by mail: set SMTP_URL to a relay that sends it");
  const { good, wrong } = readAddresses(addresses);
  for (const address of good) {
    const known = await findMailAuthor(app.db, address);
    if (known && !(await isToBeAsked(app, community.id, known.authorId))) continue;
    if (!(await mayAsk(app, { communityId: community.id, address }))) continue;
    await askOne(app, community, address, by);
  }
  return { taken: good.length, wrong };
}

/**
 * Brings addresses in whose consent is on file: they hear by mail from now on.
 *
 * @throws {DomainError} `invalid` when they are too many at once
 */
export async function addAddresses(app: App, { community, addresses, by }: AddressList): Promise<Invited> {
  const { good, wrong } = readAddresses(addresses);
  for (const address of good) {
    const { authorId } = await ensureMailAuthor(app, { address, name: "", read: false });
    const sourceId = `on-file/${by ?? "command-line"}`;
    const joining = { communityId: community.id, authorId, act: "on-file", channel: "mail", sourceId } as const;
    await joinCommunity(app, { ...joining, invited: true });
  }
  return { taken: good.length, wrong };
}

async function isToBeAsked(app: App, communityId: CommunityId, authorId: AuthorId): Promise<boolean> {
  const { state, hears } = await findOwnMembership(app, communityId, authorId);
  return state !== "banned" && !(state === "active" && hears.has("mail"));
}

async function askOne(app: App, community: Community, address: string, by: AuthorId | null): Promise<void> {
  await app.db.transaction(async (tx) => {
    const now = app.now();
    const cause = `invitation ${now.toISOString()}`;
    const about = { communityId: community.id, address, name: "", cause };
    const question = await putQuestion(app, tx, { ...about, kind: "invite" });
    if (!question) return;
    const link = `${app.config.origin}/invitation/mail/${question.secret}`;
    const detail = { community: community.name, about: community.summary.slice(0, limits.leadLength) || "…", link };
    await oweMail(app, tx, { kind: "invited", recipient: address, language: community.language, detail });
    await tx.insert(auditEntries).values({
      actor: by ?? "command-line",
      action: "address-invited",
      subject: community.id,
      detail: { question: question.id },
      at: now,
    });
  });
}

function readAddresses(given: readonly string[]): {
  readonly good: readonly string[];
  readonly wrong: readonly string[];
} {
  if (given.length > limits.invitedAtOnce)
    throw new DomainError("invalid", `at most ${limits.invitedAtOnce} addresses are taken at once`);
  const good = new Set<string>();
  const wrong: string[] = [];
  for (const text of given) {
    try {
      good.add(readMailAddress(text));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      wrong.push(text);
    }
  }
  return { good: [...good], wrong };
}
