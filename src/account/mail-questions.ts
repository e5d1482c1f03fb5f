import { and, eq, gt, isNull, lt, or } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import type { CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { hashSecret, newSecret } from "../core/secrets.ts";
import type { Db, Tx } from "../db/client.ts";
import { mailQuestions } from "../db/schema/mail.ts";
import { isWithinRate } from "./rate.ts";

export type MailQuestion = typeof mailQuestions.$inferSelect;

export interface NewMailQuestion {
  readonly kind: MailQuestion["kind"];
  readonly communityId: CommunityId;
  readonly address: string;
  readonly name: string;
  /** Message-ID of the mail that made us ask, or what stands for it. */
  readonly cause: string;
  readonly mail?: { readonly bytes: Uint8Array; readonly recipient: string };
}

/** A question that was put down, and what the link in it holds. */
export interface AskedQuestion {
  readonly id: number;
  readonly secret: string;
}

/**
 * Whether somebody may be asked by mail once more: nobody is flooded with questions, however many are asked in their name. Counts it.
 */
export async function mayAsk(app: App, { communityId, address }: Pick<NewMailQuestion, "communityId" | "address">) {
  const window = limits.mailQuestionWindow;
  return (
    (await isWithinRate(app, ["mail-question", address, communityId], { limit: limits.questionsPerList, window })) &&
    (await isWithinRate(app, ["mail-question", address], { limit: limits.questionsPerAddress, window }))
  );
}

/** Puts a question down, within the transaction in which the mail is owed that asks it. @returns `undefined` when it was asked before */
export async function putQuestion(app: App, tx: Tx, question: NewMailQuestion): Promise<AskedQuestion | undefined> {
  const { kind, communityId, address, name, cause, mail } = question;
  const secret = newSecret();
  const [row] = await tx
    .insert(mailQuestions)
    .values({
      kind,
      communityId,
      address,
      name,
      cause: cause.slice(0, 1_000),
      secretHash: hashSecret(secret),
      bytes: mail ? Buffer.from(mail.bytes) : null,
      recipient: mail?.recipient ?? null,
      createdAt: app.now(),
    })
    .onConflictDoNothing()
    .returning({ id: mailQuestions.id });
  return row && { id: row.id, secret };
}

/** A question that still waits for its answer, by the number in an address or the secret in a link. */
export async function findQuestion(
  app: App,
  by: { readonly id: number } | { readonly secret: string },
): Promise<MailQuestion | undefined> {
  const [row] = await app.db
    .select()
    .from(mailQuestions)
    .where(
      and(
        "id" in by ? eq(mailQuestions.id, by.id) : eq(mailQuestions.secretHash, hashSecret(by.secret)),
        isNull(mailQuestions.answeredAt),
        or(
          gt(mailQuestions.createdAt, new Date(app.now().getTime() - limits.mailQuestionAge)),
          and(
            eq(mailQuestions.kind, "invite"),
            gt(mailQuestions.createdAt, new Date(app.now().getTime() - limits.mailedInvitation)),
          ),
        ),
      ),
    );
  return row;
}

/** Does what a question asks about. It was answered with yes. */
export const answerQuestionJob: JobKind<{ questionId: number }> = { name: "answer-mail-question", retries: 8 };

/** Takes the yes to a question from whoever has the link to it. @returns false when it is answered already, or too old */
export async function confirmQuestion(app: App, secret: string): Promise<boolean> {
  const question = await findQuestion(app, { secret });
  if (!question) return false;
  await app.db.transaction((tx) => app.jobs.enqueue(tx, answerQuestionJob, [{ questionId: question.id }]));
  return true;
}

/** Notes that a question is answered, and forgets the mail that made us ask. What follows has been done before. */
export async function settleQuestion(app: App, id: number): Promise<void> {
  await app.db
    .update(mailQuestions)
    .set({ answeredAt: app.now(), bytes: null })
    .where(and(eq(mailQuestions.id, id), isNull(mailQuestions.answeredAt)));
}

/** Forgets questions that were asked before. */
export async function forgetQuestions(db: Db, before: Date): Promise<void> {
  await db.delete(mailQuestions).where(lt(mailQuestions.createdAt, before));
}
