import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { limits } from "../core/limits.ts";
import { oauthClients } from "../db/schema/account.ts";

/** A server at which people prove who they are, and what we are called there. */
export interface OAuthClient {
  /** Its origin. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly scope: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
}

/** What we are called at a server; `undefined` when it was not asked lately. Servers forget those who use it seldom. */
export async function findOAuthClient(app: App, issuer: string): Promise<OAuthClient | undefined> {
  const [row] = await app.db.select().from(oauthClients).where(eq(oauthClients.issuer, issuer));
  return row && row.createdAt.getTime() > app.now().getTime() - limits.oauthClientAge ? row : undefined;
}

export async function keepOAuthClient(app: App, client: OAuthClient): Promise<void> {
  const row = { ...client, createdAt: app.now() };
  await app.db.insert(oauthClients).values(row).onConflictDoUpdate({ target: oauthClients.issuer, set: row });
}
