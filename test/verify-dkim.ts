import { expect } from "vitest";
import { dnsRecordOf, ensureMailKeys, publishedKeys } from "../src/outbound/mail-key.ts";
import type { TestApp } from "./with-app.ts";

/** Expects that a mail of a list, as it lies in a mailbox, bears our signature over all that a program acts on (RFC 6376, RFC 8058). */
export async function verifyDkim(app: TestApp, raw: string): Promise<void> {
  const { authenticate } = await import("mailauth");
  const dns = new Map(
    publishedKeys(await ensureMailKeys(app), app.now()).map((key) => {
      const { name, value } = dnsRecordOf(key);
      return [name, value];
    }),
  );
  const { dkim } = await authenticate(Buffer.from(raw.replace(/\n/g, "\r\n")), {
    sender: "<>",
    trustReceived: true,
    disableBimi: true,
    disableArc: true,
    mta: "mx.example.org",
    resolver: async (asked: string) => {
      const value = dns.get(asked);
      if (value !== undefined) return [[value]];
      throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
    },
  });
  expect(
    dkim.results.map(({ status, canonBodyLengthLimited }) => [
      status.result,
      Boolean(status.aligned),
      canonBodyLengthLimited,
    ]),
  ).toEqual(dkim.results.map(() => ["pass", true, false]));
  // One of each algorithm (RFC 8463, section 3).
  expect(dkim.results.map(({ algo }) => algo).toSorted()).toEqual(["ed25519-sha256", "rsa-sha256"]);
  const fields = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
  ];
  for (const { signingHeaders } of dkim.results)
    expect((signingHeaders?.keys ?? "").toLowerCase().split(/:\s*/)).toEqual(expect.arrayContaining(fields));
}
