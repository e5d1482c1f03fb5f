/** What becomes of a payload. */
export interface Difference {
  readonly outcome: string;
  /** Why it is right to differ from the verdict, and who keeps it instead. */
  readonly reason: string;
}

/** Payloads that the readers, which know nothing but the document itself, take otherwise than the whole server does. */
export const readerDifferences: Readonly<Record<string, Difference>> = {
  "gnusocial/akkoma-fixtures/tesla_mock__winterdienst_webfinger.json": {
    outcome: "nothing",
    reason: "it comes from before GNU social spoke ActivityPub, and names no actor",
  },
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

/** Activities that the inbox takes otherwise, once they are sent by servers of the test. */
export const activityDifferences: Readonly<Record<string, Difference>> = {
  "funkwhale/akkoma-fixtures/tesla_mock__funkwhale_create_audio.json": {
    outcome: "202 done: accept",
    reason: "here it is addressed to a community, and is a post that links to the recording",
  },
  "misskey/akkoma-fixtures/misskey-like.json": {
    outcome: "401",
    reason: "its id is on another origin than its actor: the test it was taken from had replaced the actor",
  },
};

/** Posts that the inbox takes otherwise, in a Create of their author's. */
export const objectDifferences: Readonly<Record<string, Difference>> = {
  "_hostile/akkoma-fixtures/spoofed-object.json": {
    outcome: "202 done: accept",
    reason: "sent by its author it is no forgery: that was where it was found",
  },
  "_hostile/akkoma-fixtures/tesla_mock__https__info.pleroma.site_activity4.json": {
    outcome: "202 done: accept",
    reason: "sent by its author it is no forgery: that was where it was found",
  },
  "funkwhale/akkoma-fixtures/tesla_mock__funkwhale_audio.json": {
    outcome: "202 done: accept",
    reason: "here it is addressed to a community, and is a post that links to the recording",
  },
  "lemmy/akkoma-fixtures/tesla_mock__lemmy-page.json": {
    outcome: "202 ignored: not public",
    reason:
      "Lemmy of 2020 addressed its posts to nobody but the community; what does not say that it is public is not archived",
  },
  "mobilizon/lemmy-assets/objects/event.json": {
    outcome: "401",
    reason:
      "its author is its `actor`, and `attributedTo` names a group: the gate goes by `attributedTo`; fetched, it is read",
  },
};
