import type { Community } from "../src/community/get-community.ts";
import { JoinMailField, type MailOffer } from "./join-mail.tsx";
import { agreementOf } from "./join-page.tsx";
import type { Reader } from "./reader.ts";
import { Fault, FormPage } from "./sign-in-page.tsx";

export interface InvitationPageProps {
  readonly reader: Reader;
  readonly community: Community;
  readonly path: string;
  /** Who opened it: somebody to whom it was mailed, somebody who is signed in, or somebody of whom nothing is known. */
  readonly by: "mail" | "account" | "nobody";
  /** What they can choose to get by mail, beside what they are invited to by mail. */
  readonly mail: MailOffer;
  readonly refused?: boolean;
}

/** What somebody is invited to, and the button with which they say yes: scanners follow links and press no buttons. */
export function InvitationPage({ reader, community, path, by, mail, refused }: InvitationPageProps) {
  const { text, rich } = reader.messages;
  const name = <bdi lang={community.language}>{community.name}</bdi>;
  return (
    <FormPage reader={reader} title="invitation.title">
      <p class="mt">{rich("invitation.to", { community: name, host: <bdi dir="ltr">{reader.site.host}</bdi> })}</p>
      <div class="text mt" lang={community.language} dir="auto">
        {community.summary.split(/\n\s*\n/).map((paragraph) => paragraph && <p>{paragraph}</p>)}
      </div>
      {refused && <Fault id="invitation-fault" words={text("invitation.refused")} />}
      {by === "nobody" ? (
        <p class="mt">
          {rich("invitation.sign-in", {
            link: (content) => (
              <a href={`/sign-in?back=${encodeURIComponent(path)}`} rel="nofollow">
                {content}
              </a>
            ),
          })}
        </p>
      ) : (
        <form method="post" action={path}>
          <JoinMailField reader={reader} offer={mail} />
          <p class="mt">{by === "mail" ? text("invitation.how-mail") : agreementOf(reader, community)}</p>
          <button type="submit" class="mt">
            {text(by === "mail" ? "invitation.by-mail" : "invitation.accept")}
          </button>
        </form>
      )}
      <p class="hint">{text("invitation.nothing")}</p>
    </FormPage>
  );
}

/** They said yes to mail. */
export function ThanksPage({ reader, community }: Pick<InvitationPageProps, "reader" | "community">) {
  const { text, rich } = reader.messages;
  return (
    <FormPage reader={reader} title="invitation.thanks">
      <p class="mt">{text("invitation.thanks-how")}</p>
      {community.visibility === "public" && (
        <p class="mt">
          <a href={`/c/${community.handle}`}>
            {rich("write.held.back", { community: <bdi lang={community.language}>{community.name}</bdi> })}
          </a>
        </p>
      )}
    </FormPage>
  );
}
