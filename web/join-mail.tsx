import { isReachedByMail } from "../src/community/mail-settings.ts";
import type { MailWish } from "../src/community/start-mail.ts";
import type { AuthorId } from "../src/core/ids.ts";
import type { Desk } from "./desk.ts";
import type { Reader } from "./reader.ts";
import { sendsMail } from "./sign-in-routes.tsx";

const hows = ["at-once", "daily"] as const;

/** Whether somebody who joins can choose mail: no address of theirs is confirmed, or none goes out from here. */
export type MailOffer = "choice" | "no-address" | "none";

/** What can be offered to somebody; `undefined`: to nobody in particular. */
export async function findMailOffer(desk: Desk, authorId: AuthorId | undefined): Promise<MailOffer> {
  if (authorId === undefined || !sendsMail(desk)) return "none";
  return (await isReachedByMail(desk.app.db, authorId)) ? "choice" : "no-address";
}

/** What somebody who joins gets by mail. Unless they choose it, that is nothing. */
export function JoinMailField({ reader, offer }: { readonly reader: Reader; readonly offer: MailOffer }) {
  const { text, rich } = reader.messages;
  if (offer === "none") return null;
  if (offer === "no-address")
    return (
      <p class="hint mt">
        {rich("mail.no-address", { link: (content) => <a href="/settings#addresses">{content}</a> })}
      </p>
    );
  return (
    <fieldset>
      <legend>{text("join.mail")}</legend>
      {hows.map((how) => (
        <label class="opt">
          <input type="radio" name="mail" value={how} />
          {text(`join.mail.${how}`)}
        </label>
      ))}
      <label class="opt">
        <input type="radio" name="mail" value="" checked />
        {text("join.mail.none")}
      </label>
    </fieldset>
  );
}

/** What somebody chose in that field, with the words beside it: those are what they agreed to. */
export function readMailWish({ messages }: Reader, form: URLSearchParams, offer: MailOffer): MailWish | undefined {
  const how = offer === "choice" ? hows.find((one) => one === form.get("mail")) : undefined;
  return how && { how, words: messages.text(`join.mail.${how}`) };
}
