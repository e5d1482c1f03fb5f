/** Limits of mail, both ways; a part of `limits`. Sizes are bytes unless the name says otherwise, times milliseconds. */
export const mailLimits = {
  /** Mail: how long the relay may take to answer, and how long what was sent is kept on record. */
  relayDeadline: 30_000,
  mailRecord: 30 * 24 * 60 * 60 * 1000,
  mailboxItems: 50,
  /** Mail of communities: how long its record is kept, by which answers to it find their place. */
  listMailRecord: 400 * 24 * 60 * 60 * 1000,
  /** Longest pause that somebody makes. */
  mailPause: 366 * 24 * 60 * 60 * 1000,
  /** Points of mail that came back at which nothing is sent to an address any more. */
  bounceScore: 5,
  /** Mails that one job sends, and how long a worker has them to itself, by the clock of the database. */
  mailsPerJob: 100,
  mailLease: 2 * 60 * 1000,
  /** How long the database may be away until it is forgotten that a mail was sent, and it is sent again. */
  mailNoting: 60 * 1000,
  /** Mails on their way to the relay at a time: connections to it. */
  relayConnections: 4,
  /** How long a mail that the relay does not take is tried again, and how long it waits at most in between. */
  mailPatience: 5 * 24 * 60 * 60 * 1000,
  mailRetry: 60 * 60 * 1000,
  /** How long the DNS has a new key before mail is signed with it, and one of before after that. */
  mailKeyNotice: 2 * 24 * 60 * 60 * 1000,
  mailKeyKept: 14 * 24 * 60 * 60 * 1000,
  /** How long a mail of the server to itself may take. */
  probePatience: 30_000,
  /** A post may still be on its way into the database when a digest is made that would have it. */
  digestLag: 60 * 1000,
  /** Posts that one digest shows, at most 999, corrections, and characters of each post. */
  digestPosts: 100,
  mailCorrections: 50,
  digestExcerpt: 600,
  /** Digests that one job makes. */
  digestsPerJob: 50,
  /** Posts above one that its mail refers to, beside the first of its thread. */
  mailReferences: 20,
  /** Posts in one mail to moderators. */
  heldPostsInMail: 50,
  /** How often moderators get mail about what waits, at most. */
  heldMailPause: 15 * 60 * 1000,
  /** Mail that comes: its size, the size of its header section and the fields there, lines that may part it, messages within it. */
  mailSize: 25 * 1024 * 1024,
  mailHeader: 256 * 1024,
  mailFields: 1_000,
  mailParts: 2_000,
  mailMessages: 5,
  /** How long it may take to be taken apart, and a question to the DNS to be answered. */
  mailParsing: 5_000,
  mailLookups: 10_000,
  /** Times that a mail was passed on, after which it goes in circles. */
  mailHops: 50,
  /** Recipients of one mail that comes, conversations with mail servers at a time, and how long one of them may be silent. */
  mailRecipients: 20,
  mailClients: 30,
  mailSilence: 60_000,
  /** By SMTP, of one network: conversations at a time, and mails and recipients who are not here, within an hour. */
  mailClientsPerNetwork: 10,
  mailsPerNetwork: 300,
  unknownPerNetwork: 50,
  /** How often it is looked whether the certificate was renewed. */
  certificateAge: 60 * 60 * 1000,
  /** Questions that go to one address, in all and for one community, within a window of time; and how long they may be answered. */
  questionsPerAddress: 3,
  questionsPerList: 3,
  mailQuestionWindow: 24 * 60 * 60 * 1000,
  mailQuestionAge: 3 * 24 * 60 * 60 * 1000,
  /** What one person writes to another alone: its length in characters, how long it can be answered, and how much of it goes within a window
   * of time from one to another, from one to all, and to one from all. */
  privateMailLength: 50_000,
  privateMailAge: 90 * 24 * 60 * 60 * 1000,
  privateMailWindow: 24 * 60 * 60 * 1000,
  privateMailsToOne: 20,
  privateMailsFromOne: 50,
  privateMailsForOne: 100,
  /** A mail that only its subject ties to a thread belongs there if the thread was alive so long ago. */
  mailSubjectAge: 14 * 24 * 60 * 60 * 1000,
} as const;
