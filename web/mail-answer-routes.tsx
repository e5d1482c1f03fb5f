import type { Context, Hono } from "hono";
import { confirmQuestion, findQuestion, type MailQuestion } from "../src/account/mail-questions.ts";
import { type Community, findCommunity } from "../src/community/get-community.ts";
import { DomainError } from "../src/core/errors.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { readForm } from "./form.ts";
import { Layout } from "./layout.tsx";
import { requires } from "./policy.ts";
import { type Reader, readReader } from "./reader.ts";

/** Where a question is answered that was asked by mail. Only a POST is a yes: scanners follow links too. */
export function registerMailAnswers(web: Hono, desk: Desk): void {
  const { app, site } = desk;
  const find = async (c: Context) => {
    const question = await findQuestion(app, { secret: c.req.param("secret") ?? "" });
    const community = question && (await findCommunity(app.db, question.communityId));
    if (!question || !community) throw new DomainError("not-found", "the question is answered already, or too old");
    return { question, community };
  };
  web.get("/mail/answer/:secret", requires("public"), async (c) => {
    const reader = { ...readReader(c, site), path: "/" };
    return await sendPrivately(c, <QuestionPage reader={reader} {...(await find(c))} />);
  });
  web.post("/mail/answer/:secret", requires("public"), async (c) => {
    await readForm(c);
    const { community, question } = await find(c);
    await confirmQuestion(app, c.req.param("secret"));
    const reader = { ...readReader(c, site), path: "/" };
    return await sendPrivately(c, <AnsweredPage reader={reader} question={question} community={community} />);
  });
}

interface QuestionProps {
  readonly reader: Reader;
  readonly question: MailQuestion;
  readonly community: Community;
}

/** An invitation that is answered here is to hear by mail, as its own page says too. */
function kindOf({ kind }: MailQuestion): "post" | "subscribe" {
  return kind === "post" ? "post" : "subscribe";
}

function QuestionPage({ reader, question, community }: QuestionProps) {
  const { text } = reader.messages;
  const title = text(`mail-answer.title.${kindOf(question)}`, { community: community.name });
  return (
    <Layout reader={reader} head={{ title: `${title} · ${reader.site.host}`, path: "/", indexable: false }}>
      <div class="column narrow">
        <h1 class="page-title">{title}</h1>
        <p class="mt">{text(`mail-answer.words.${kindOf(question)}`, { community: community.name })}</p>
        <form method="post" class="mt">
          <button type="submit">{text(`mail-answer.yes.${kindOf(question)}`)}</button>
        </form>
      </div>
    </Layout>
  );
}

function AnsweredPage({ reader, question, community }: QuestionProps) {
  const { text } = reader.messages;
  const title = text("mail-answer.thanks");
  return (
    <Layout reader={reader} head={{ title: `${title} · ${reader.site.host}`, path: "/", indexable: false }}>
      <div class="column narrow">
        <h1 class="page-title">{title}</h1>
        <p class="mt" role="status">
          {text(`mail-answer.done.${kindOf(question)}`, { community: community.name })}
        </p>
        <p class="mt">
          <a href={`/c/${community.handle}`}>{community.name}</a>
        </p>
      </div>
    </Layout>
  );
}
