import { deliveryLimits } from "./delivery-limits.ts";
import { joiningLimits } from "./joining-limits.ts";
import { listLimits } from "./list-limits.ts";
import { mailLimits } from "./mail-limits.ts";

/** Every limit of the server, in one place. Sizes are bytes unless the name says otherwise, times milliseconds. */
export const limits = {
  /** Largest activity an inbox takes; larger ones are answered 413. Mastodon's figure. */
  inboxBody: 1024 * 1024,
  /** Activities that a worker reads together: many share the cost of a transaction. Enough of them when they are long. */
  inboundBatch: 500,
  inboundBatchBytes: 8 * 1024 * 1024,
  jsonDepth: 24,
  jsonNodes: 5_000,
  /** Longest IRI we store or follow, in UTF-8 bytes: it must fit a Postgres b-tree entry. */
  iri: 2_000,

  /** Largest JSON document we read from another server. */
  fetchedDocument: 1024 * 1024,
  fetchDeadline: 10_000,
  deliveryDeadline: 15_000,
  redirects: 3,
  /** Documents that are asked for at a time, in all; and of one domain within a window of time. */
  fetchesInFlight: 256,
  fetchesPerDomain: 2_000,
  quotaWindow: 10 * 60 * 1000,
  domainsCounted: 10_000,
  /** Patience with WebFinger, which only beautifies, and most bytes of its answer. */
  webFingerDeadline: 4_000,
  webFingerAnswer: 64 * 1024,
  /** Home servers of readers that are being asked at a time, how long and how many of their answers are kept. */
  homesInFlight: 16,
  homeFreshness: 10 * 60 * 1000,
  homesKept: 1_000,
  /** Homes of unknown actors that one round of work asks, in all and at a time. */
  actorsPerRound: 40,
  fetchesAtOnce: 8,
  /** After this an actor is asked for again. */
  actorFreshness: 7 * 24 * 60 * 60 * 1000,
  /** Keys of other servers that are kept imported. */
  remoteKeysAtHand: 5_000,
  /** How far up an unknown conversation we climb to find a thread of ours. */
  ancestorsPerPost: 20,
  /**
   * Reading what else is said in a conversation: documents that one run may ask for, how many runs go on with what one began, posts that it looks at, how deep it follows replies, how
   * many pages of one collection it turns, and how long it is until the next run for the same thread.
   */
  conversationRequests: 60,
  conversationRuns: 6,
  conversationItems: 500,
  conversationLevels: 5,
  collectionPages: 20,
  conversationPause: 5 * 60 * 1000,
  /** How long after its last post a thread is read elsewhere though nothing came for it, how many times as long until the next time, when that ends, and how many threads at once, of one community and in all. */
  readAgainAfter: 15 * 60 * 1000,
  readAgainFactor: 4,
  readAgainUntil: 2 * 24 * 60 * 60 * 1000,
  readAgainInCommunity: 20,
  readAgainAtOnce: 200,
  /** Posts that are tried as beginnings of a conversation when its first one cannot be had. */
  conversationStarts: 3,
  /** Posts of a thread that were found elsewhere and are looked at there once more in one run. */
  foundLookedAt: 20,
  /** Found posts that are submitted in one transaction. */
  foundAtOnce: 50,

  /** How old or how far ahead the date of a signed request may be. */
  signatureAge: 12 * 60 * 60 * 1000,
  signatureSkew: 60 * 60 * 1000,
  /** A key that could not be fetched or did not verify is not asked for again within this time. */
  keyRetry: 5 * 60 * 1000,
  /** After this a key at hand is read from the file again, where another process may have put a new one. */
  keyAtHand: 60 * 60 * 1000,

  handleLength: 64,
  titleLength: 200,
  nameLength: 200,
  summaryLength: 5_000,
  warningLength: 500,
  reasonLength: 1_000,
  /** Longest body of a post, after sanitising, in UTF-16 code units. */
  postLength: 200_000,
  /** Longest text that is written here, in UTF-16 code units, and people of whom it takes notice. */
  draftLength: 50_000,
  /** Largest form in which a post comes: its letters may take nine bytes each. */
  writeForm: 512 * 1024,
  mentionsPerPost: 50,
  /** How deep elements of a post may be nested; deeper ones are unwrapped. */
  htmlDepth: 64,
  /** Combining marks that one letter of a name may carry. */
  combiningMarks: 4,
  /** Addressees, tags, keys and the like of one document that are read; the rest is not. */
  listItems: 200,
  keysPerActor: 16,
  /** Text of a remote profile, as it comes. */
  bioLength: 20_000,
  /** Votes that a group passes on at once. */
  bundledVotes: 1_000,
  pollChoices: 100,
  /** How long after it came a poll is counted again; how long after its end; and how far ahead an end may lie that is waited for. */
  pollRecounts: [60 * 60 * 1000, 24 * 60 * 60 * 1000],
  pollSettles: 5 * 60 * 1000,
  pollPatience: 100 * 24 * 60 * 60 * 1000,
  emojisShown: 5,
  topics: 100,
  hashtagsPerPost: 50,
  topicName: 100,
  topicSlug: 64,
  topicHashtags: 50,
  attachments: 16,
  /** Other posts that a post may quote. */
  quotes: 4,
  /** After this a permission to quote is asked for again, and for how many that is done in a night. */
  authorizationFreshness: 7 * 24 * 60 * 60 * 1000,
  authorizationsPerNight: 500,
  /** Of the posts that quote somebody, the newest on one page. */
  quotesListed: 200,
  /** Emoji of its author's server that a post may bring. */
  customEmoji: 64,
  /** Images of other servers. Largest one that is fetched, and most pixels of one that is drawn: Mastodon's figure. */
  imageBytes: 10 * 1024 * 1024,
  imagePixels: 7_680 * 4_320,
  imageDeadline: 10_000,
  imageFetches: 16,
  imageFetchesPerHost: 2,
  imagesDrawnAtOnce: 2,
  /** Images that people bring: for one post, by one person within a window of time, and the largest form with one in it. */
  imagesPerPost: 8,
  uploadsPerPerson: 200,
  /** Largest file that is no image, and letters of its name. */
  fileBytes: 10 * 1024 * 1024,
  fileName: 120,
  uploadWindow: 24 * 60 * 60 * 1000,
  uploadForm: 11 * 1024 * 1024,
  /** So much of what is too large is let go by before the connection is closed. */
  uploadSkipped: 64 * 1024 * 1024,
  /** How long an image is kept that no post and no draft shows, and a draft that nobody touches. */
  uploadAge: 24 * 60 * 60 * 1000,
  draftAge: 365 * 24 * 60 * 60 * 1000,
  draftsPerPerson: 100,
  /** Images that are being made or wait for their turn; more are refused for now. */
  imagesWaited: 256,
  /** What could not be shown is not asked for again within this time, and of so many that is remembered. */
  imageRetry: 10 * 60 * 1000,
  imageFailures: 10_000,
  /** Most bytes of images that are kept on disk. */
  imageCache: 2 * 1024 * 1024 * 1024,
  /** An image that nobody looked at for so long is not kept; nor is one for longer whose post is gone. */
  imageAge: 30 * 24 * 60 * 60 * 1000,
  attachmentText: 1_500,

  /** What communities tell one person privately, all together, within a window of time. Longest words of an appeal. */
  noticesPerAuthor: 10,
  noticeWindow: 24 * 60 * 60 * 1000,
  appealLength: 5_000,

  /** What a community looks at before a post appears: checks, words of one, and characters of a word. */
  checks: 50,
  checkWords: 200,
  checkWord: 100,
  /** Posts after which somebody is no newcomer any more, and people whom a stranger may name without being looked at. */
  newcomerPosts: 3,
  mentionsOfStranger: 5,
  /** The usual checks: posts of a newcomer that wait at a time, posts of one person, of the newcomers of one server and of all, within a window of time. */
  waitingOfNewcomer: 3,
  postsOfUntrusted: 10,
  postsOfAnyone: 60,
  newcomersOfServer: 20,
  newcomersOfAll: 40,
  /** Who is heard: how far back it is told, and until when who was not answered is listed, and how many of them. */
  heardMonths: 12,
  unansweredAge: 90 * 24 * 60 * 60 * 1000,
  unansweredListed: 20,
  /** How far posts that wait are counted. */
  waitingCounted: 100,
  postWindow: 60 * 60 * 1000,
  /** Posts of one server that are stopped within that time before it is limited by itself, and how long it is not after somebody set its rule. */
  floodOfServer: 60,
  floodPeace: 7 * 24 * 60 * 60 * 1000,
  /** Posts that one network (an IPv4 address, a /64) may send to our forms within that time. */
  postsPerNetwork: 600,

  /** Threads that a community may have pinned. */
  pinnedThreads: 10,
  /** Reports that one person, and one whole server, may send within a window of time. */
  reportsPerReporter: 20,
  reportsPerServer: 200,
  reportWindow: 24 * 60 * 60 * 1000,
  /** How long an account that moved cannot move elsewhere. Mastodon's figure. */
  moveCooldown: 7 * 24 * 60 * 60 * 1000,
  casesListed: 200,
  /** How long a moderator has what they took from the desk to themselves. */
  deskClaim: 15 * 60 * 1000,
  /** How long a decision can be taken back by a button. */
  undoWindow: 30 * 24 * 60 * 60 * 1000,
  deskNoteLength: 2_000,
  rules: 30,
  ruleLength: 500,
  /** Longest words of a report that we send; Mastodon's figure. */
  flagLength: 5_000,
  /** Posts that one report may name. */
  postsPerReport: 20,
  /** Addresses of what is not here that a report about a community quotes. */
  unknownPerReport: 5,

  /** How long an orphan waits for its parent before it is shown as a thread of its own. */
  orphanWait: 60 * 60 * 1000,
  /** A reply to nobody here, whose parent is unknown, is looked at again after this, in case the parent came at the same moment. */
  awaitedCheck: 60 * 1000,

  /** How often an activity that came is taken up before it is set aside, and from when on it is taken up alone. */
  inboundAttempts: 8,
  inboundSuspicion: 3,

  /** The web server: how long a client may take to send its headers, and the whole of a request. */
  httpHeaders: 6_000,
  httpRequest: 14_000,
  httpCheckInterval: 1_000,
  /** Longer than a proxy keeps its connections to us, so that it is never we who close one that it is just using. */
  httpKeepAlive: 65_000,
  httpConnections: 10_000,
  /** How long the rest of the requests may take when the server stops. */
  httpPatience: 10_000,
  /** How long the database may take to answer before the server calls itself not ready. */
  readyDeadline: 2_000,

  /** Keys of our own actors that are kept imported. */
  keysAtHand: 10_000,
  /** After this they are read again, since they may have been replaced. */
  ownKeyAtHand: 60 * 1000,

  /** Other names of a community or of an actor elsewhere that are kept and read. */
  aliases: 16,

  /** How many of the newest activities an outbox shows. */
  outboxItems: 50,
  /** Posts on one page of a conversation, as other servers read it. */
  conversationPage: 100,

  /** Pages. Most rendered pages that are kept, in bytes; none larger than `cachedPage` is. */
  pageCache: 64 * 1024 * 1024,
  cachedPage: 2 * 1024 * 1024,
  /** A page may show what has no version, such as a person's name, as it was this long ago. */
  pageAge: 60 * 60 * 1000,
  /** Posts of a thread on one page. */
  threadPosts: 1_000,
  /** How deep replies are nested in a page; deeper ones stand beside the post that they answer. */
  replyDepth: 12,
  frontPageThreads: 9,
  /** Items of a list on one page. */
  listedItems: 50,
  feedEntries: 50,
  sitemapUrls: 10_000,
  leadLength: 280,
  excerptLength: 200,
  descriptionLength: 160,
  /** Largest form without words in it. */
  smallForm: 8 * 1024,
  /** Largest form of a community's settings. */
  settingsForm: 128 * 1024,
  /** Largest form with a profile in it. */
  profileForm: 64 * 1024,

  /** Signing in. How long a mailed link or code is good, and what the operator or a sign-up was given. */
  mailedLink: 20 * 60 * 1000,
  givenLink: 24 * 60 * 60 * 1000,
  signUpTime: 60 * 60 * 1000,
  /** Wrong codes after which a link is spent. */
  codeTries: 5,
  /** How often mail with a link goes to one address, and is asked for by one network (an IPv4 address, a /64), in a window of time. */
  signInMailsPerAddress: 5,
  signInsPerNetwork: 30,
  signInWindow: 60 * 60 * 1000,
  /** A session that was not used for this long is over. How exactly its last use is kept. */
  sessionIdle: 60 * 24 * 60 * 60 * 1000,
  sessionTouch: 10 * 60 * 1000,
  /** After this a server at which people sign in is told anew who we are: it may have forgotten. */
  oauthClientAge: 12 * 60 * 60 * 1000,
  /** Accounts, passkeys, addresses and linked accounts of one person. */
  keysPerPerson: 20,
  passkeyName: 60,
  /** What somebody is given of all that is theirs: how often, how long they can fetch it, and in pieces of how many bytes it is kept. */
  exportsPerPerson: 3,
  exportWindow: 24 * 60 * 60 * 1000,
  exportAge: 7 * 24 * 60 * 60 * 1000,
  exportPart: 1024 * 1024,
  /** How long somebody can change their mind who wants to be gone; how fresh their session has to be where no mail reaches them. */
  eraseGrace: 7 * 24 * 60 * 60 * 1000,
  freshSession: 15 * 60 * 1000,
  /** What a person writes about themselves, in characters. */
  bioWritten: 2_000,

  ...deliveryLimits,
  ...listLimits,
  ...mailLimits,
  ...joiningLimits,
  /** A mail about something that happened here is not sent later than this. */
  noticeMail: 2 * 24 * 60 * 60 * 1000,
} as const;
