import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import { cleanLine } from "../core/html.ts";
import { type AccountId, newId, type PasskeyId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { passkeys } from "../db/schema/account.ts";
import { openSession } from "./sessions.ts";
import { getSettings } from "./settings.ts";
import type { Redeemed } from "./sign-in.ts";
import { findToken, isOfBrowser, issueToken, spendToken, type Token } from "./tokens.ts";
import { refuseTooMany } from "./ways-in.ts";

/** Loaded when the first passkey is used: it takes memory that most servers never need. */
const webAuthn = async () => await import("@simplewebauthn/server");

/** What a device is asked for a new key. The question is good once, in the browser that asked. */
export async function askForPasskey(
  app: App,
  accountId: AccountId,
  browser: string,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const [{ handle, name }, known] = await Promise.all([
    getSettings(app, accountId),
    app.db.select({ id: passkeys.credentialId }).from(passkeys).where(eq(passkeys.accountId, accountId)),
  ]);
  const { hostname, host } = new URL(app.config.origin);
  const options = await (await webAuthn()).generateRegistrationOptions({
    rpName: host,
    rpID: hostname,
    userID: new TextEncoder().encode(accountId),
    userName: `@${handle}@${host}`,
    userDisplayName: name,
    attestationType: "none",
    excludeCredentials: known,
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  await keepQuestion(app, options.challenge, { accountId, browser, back: "/settings" });
  return options;
}

/** Adds the key with which a device answered. @throws {DomainError} `not-allowed` when the answer does not fit the question */
export async function addPasskey(
  app: App,
  { accountId, browser, answer, name }: { accountId: AccountId; browser: string; answer: string; name: string },
): Promise<void> {
  const response = readJson(answer);
  if (!isRegistration(response)) throw noFit();
  let question: Token | undefined;
  const verified = await (await webAuthn())
    .verifyRegistrationResponse({
      response,
      ...placesOf(app),
      expectedChallenge: async (challenge) => {
        question = await findQuestion(app, challenge, browser);
        return question?.accountId === accountId;
      },
      requireUserVerification: true,
    })
    .catch(noFitFor);
  if (!verified.verified || !question) throw noFit();
  const { credential } = verified.registrationInfo;
  const { id: questionId } = question;
  await app.db.transaction(async (tx) => {
    if (!(await spendToken(app, tx, questionId))) throw noFit();
    await refuseTooMany(tx, accountId);
    const now = app.now();
    await tx
      .insert(passkeys)
      .values({
        id: newId<PasskeyId>(now),
        accountId,
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: (credential.transports ?? []).map(String),
        name: cleanLine(name, limits.passkeyName),
        createdAt: now,
      })
      .onConflictDoNothing();
  });
}

/** What a device is asked to sign in with whatever key it has for this server. */
export async function askForSignIn(
  app: App,
  browser: string,
  back: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const rpID = new URL(app.config.origin).hostname;
  const options = await (await webAuthn()).generateAuthenticationOptions({ rpID, userVerification: "required" });
  await keepQuestion(app, options.challenge, { browser, back });
  return options;
}

/** Signs in whoever has the key with which a device answered. @throws {DomainError} `not-allowed` when it does not fit the question */
export async function signInWithPasskey(
  app: App,
  { browser, answer, userAgent }: { browser: string; answer: string; userAgent: string },
): Promise<Redeemed> {
  const response = readJson(answer);
  if (!isAuthentication(response)) throw noFit();
  const [key] = await app.db.select().from(passkeys).where(eq(passkeys.credentialId, response.id));
  if (!key) throw noFit();
  const { rpID, origin } = { rpID: new URL(app.config.origin).hostname, origin: app.config.origin };
  let question: Token | undefined;
  const verified = await (await webAuthn())
    .verifyAuthenticationResponse({
      response,
      expectedOrigin: origin,
      expectedRPID: rpID,
      expectedChallenge: async (challenge) => {
        question = await findQuestion(app, challenge, browser);
        return question !== undefined && question.accountId === null;
      },
      credential: { id: key.credentialId, publicKey: new Uint8Array(key.publicKey), counter: key.counter },
      requireUserVerification: true,
    })
    .catch(noFitFor);
  if (!verified.verified || !question) throw noFit();
  const { id: questionId, detail } = question;
  return await app.db.transaction(async (tx) => {
    if (!(await spendToken(app, tx, questionId))) return { kind: "spent" };
    const counter = verified.authenticationInfo.newCounter;
    await tx.update(passkeys).set({ counter, lastUsedAt: app.now() }).where(eq(passkeys.id, key.id));
    const session = await openSession(app, tx, key.accountId, userAgent);
    return { kind: "signed-in", session, back: detail["back"] ?? "/" };
  });
}

async function keepQuestion(
  app: App,
  secret: string,
  { accountId, browser, back }: { accountId?: AccountId; browser: string; back: string },
): Promise<void> {
  const wanted = {
    purpose: "passkey",
    secret,
    accountId,
    browser,
    detail: { back },
    lifetime: limits.mailedLink,
  } as const;
  await app.db.transaction(async (tx) => issueToken(app, tx, wanted));
}

async function findQuestion(app: App, challenge: string, browser: string): Promise<Token | undefined> {
  const token = await findToken(app, challenge);
  return token?.purpose === "passkey" && isOfBrowser(token, browser) ? token : undefined;
}

function placesOf({ config }: App) {
  return { expectedOrigin: config.origin, expectedRPID: new URL(config.origin).hostname };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRegistration(value: unknown): value is RegistrationResponseJSON {
  return isCredential(value, ["clientDataJSON", "attestationObject"]);
}

function isAuthentication(value: unknown): value is AuthenticationResponseJSON {
  return isCredential(value, ["clientDataJSON", "authenticatorData", "signature"]);
}

/** As far as the library does not look itself. */
function isCredential(value: unknown, parts: readonly string[]): boolean {
  const credential = entriesOf(value);
  const response = entriesOf(credential.get("response"));
  const isText = (one: unknown) => typeof one === "string" && one !== "";
  return (
    isText(credential.get("id")) &&
    isText(credential.get("rawId")) &&
    credential.get("type") === "public-key" &&
    parts.every((part) => isText(response.get(part)))
  );
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function noFit(cause?: unknown): DomainError {
  return new DomainError("not-allowed", "the passkey does not fit", { cause });
}

/** The library throws for whatever an answer can have wrong. */
function noFitFor(cause: unknown): never {
  throw noFit(cause);
}
