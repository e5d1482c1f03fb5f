import type { MailAuthor } from "../account/mail-author.ts";
import type { App } from "../app.ts";
import type { Community } from "../community/get-community.ts";
import type { Outcome, Submission } from "../post/submission.ts";
import type { ListAddress } from "./address.ts";
import type { Authenticator, Carrier } from "./authenticate.ts";
import type { Parser } from "./parser.ts";
import type { Place } from "./place.ts";
import type { MailMessage } from "./read-message.ts";

/** What the mail door works with, beside the house itself. */
export interface MailDoor {
  readonly app: App;
  readonly place: Place;
  readonly parser: Parser;
  readonly authenticate: Authenticator;
  /** Lets a post in: what comes at the same time is judged and committed together. */
  submit(submission: Submission): Promise<Outcome>;
}

/** A mail that came for one of our addresses. */
export interface Arrival {
  readonly message: MailMessage;
  readonly carrier: Carrier;
  readonly recipient: ListAddress;
  readonly community: Community;
}

/** A mail of which it is proved that it is from whom it says. */
export interface ProvedArrival extends Arrival {
  readonly author: MailAuthor | undefined;
  readonly from: { readonly name: string; readonly address: string };
}
