/** What the readers make of a payload. */
export interface Difference {
  readonly outcome: string;
  /** Why the readers are right to differ from the verdict, and who keeps it instead. */
  readonly reason: string;
}

/** Payloads that the readers, which know nothing but the document itself, take otherwise than the whole server does. */
export const differences: Readonly<Record<string, Difference>> = {
  "_hostile/akkoma-fixtures/bogus-mastodon-announce.json": {
    outcome: "Announce",
    reason: "an Announce only points; what it embeds is fetched from its own home, whoever sent it",
  },
  "mbin/mbin-outbox/AnnounceTest.testAnnounceCreateMessage.json": {
    outcome: "Announce",
    reason: "an Announce only points; the message is fetched, and is no public post",
  },
  "_hostile/akkoma-fixtures/spoofed-object.json": {
    outcome: "public post",
    reason: "it agrees with itself; that it was not found at its id is for whoever fetched it to refuse",
  },
  "_hostile/akkoma-fixtures/tesla_mock__https__info.pleroma.site_activity4.json": {
    outcome: "public post",
    reason: "it agrees with itself; that it was not found at its id is for whoever fetched it to refuse",
  },
  "funkwhale/akkoma-fixtures/tesla_mock__funkwhale_audio.json": {
    outcome: "public post",
    reason: "a recording that is addressed to a community is a post that links to it; this one is addressed to none",
  },
  "funkwhale/akkoma-fixtures/tesla_mock__funkwhale_create_audio.json": {
    outcome: "Create public post",
    reason: "a recording that is addressed to a community is a post that links to it; this one is addressed to none",
  },
};
