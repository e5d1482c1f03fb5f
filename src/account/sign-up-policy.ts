import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import type { Db } from "../db/client.ts";
import { auditEntries, settings } from "../db/schema/server.ts";
import { findInvitation } from "./invitation-links.ts";

/** Who may make an account here by themselves: everybody, whoever has an invitation, or nobody. */
export const signUpPolicies = ["open", "invite", "closed"] as const;
export type SignUpPolicy = (typeof signUpPolicies)[number];

const name = "sign-up";

/** Who may make an account. */
export async function readSignUpPolicy(db: Db): Promise<SignUpPolicy> {
  const [row] = await db.select({ value: settings.value }).from(settings).where(eq(settings.name, name));
  return signUpPolicies.find((one) => one === row?.value) ?? "open";
}

/** Says who may make an account from now on. @param by who does it, for the record */
export async function setSignUpPolicy(app: App, value: SignUpPolicy, by: string): Promise<void> {
  await app.db.transaction(async (tx) => {
    await tx.insert(settings).values({ name, value }).onConflictDoUpdate({ target: settings.name, set: { value } });
    const note = {
      actor: by,
      action: "sign-up-changed" as const,
      subject: null,
      detail: { signUp: value },
      at: app.now(),
    };
    await tx.insert(auditEntries).values(note);
  });
}

/** Whether somebody may make an account. @param back where they are led afterwards: a link that invites lets them */
export async function maySignUp(app: App, back: string | undefined): Promise<boolean> {
  const policy = await readSignUpPolicy(app.db);
  if (policy !== "invite") return policy === "open";
  const [, token] = /^\/invitation\/([\w-]+)$/.exec(back ?? "") ?? [];
  return token !== undefined && (await findInvitation(app, token)) !== undefined;
}
