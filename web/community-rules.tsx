import type { Hono } from "hono";
import { changeRules, listCommunityRules, type Rule, type RuleChange } from "../src/community/rules.ts";
import { DomainError } from "../src/core/errors.ts";
import { type RuleId, readId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { CommunitySettingsPage } from "./community-settings-page.tsx";
import { afterSaving, type CommunityVisit, sending, visiting } from "./community-visit.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { requires } from "./policy.ts";
import { getViewer } from "./viewer.ts";

/** What is expected of people here, in order: decisions and reports cite a rule by its number. */
export function registerRules(web: Hono, desk: Desk): void {
  const path = "/c/:handle/settings/rules";
  const { app } = desk;
  web.get(
    path,
    requires("moderator"),
    visiting(desk, async (visit) => await send(desk, visit)),
  );
  web.post(
    path,
    requires("moderator"),
    sending(desk, async (visit, form) => {
      try {
        await changeRules(app, visit.community.id, readChange(form), getViewer(visit.c).authorId);
      } catch (error) {
        if (!(error instanceof DomainError) || error.code === "not-found") throw error;
        const { text } = visit.reader.messages;
        const fault = text(error.code === "conflict" ? "community.fault.rules" : "community.fault.rule");
        return await send(desk, visit, { fault, typed: form.get("words") ?? "" });
      }
      return afterSaving(visit, "/rules");
    }),
  );
}

/** @throws {DomainError} `not-found` for what is no rule, `invalid` for what cannot be done to one */
function readChange(form: URLSearchParams): RuleChange {
  const act = form.get("do");
  const words = form.get("words") ?? "";
  if (act === "add") return { act, words };
  const id = readId<RuleId>(form.get("rule") ?? undefined);
  if (!id) throw new DomainError("not-found", "there is no such rule");
  if (act === "say") return { act, id, words };
  if (act === "up" || act === "down" || act === "remove") return { act, id };
  throw new DomainError("invalid", "nothing of the kind can be done to a rule");
}

interface Wrong {
  readonly fault?: string;
  readonly typed?: string;
}

async function send({ app }: Desk, visit: CommunityVisit, wrong: Wrong = {}): Promise<Response> {
  const rules = await listCommunityRules(app.db, visit.community.id);
  return await sendPrivately(visit.c, <RulesPage visit={visit} rules={rules} {...wrong} />, wrong.fault ? 400 : 200);
}

function RulesPage({
  visit: { reader, community, saved },
  rules,
  fault,
  typed,
}: { readonly visit: CommunityVisit; readonly rules: readonly Rule[] } & Wrong) {
  const { text } = reader.messages;
  const path = `/c/${community.handle}/settings/rules`;
  return (
    <CommunitySettingsPage reader={reader} community={community} title="community.rules" saved={saved} fault={fault}>
      <p class="mt side">{text("community.rules-hint")}</p>
      <ol class="rules-set" role="list">
        {rules.map((rule) => (
          <li>
            <RuleForm visit={{ reader }} path={path} rule={rule} last={rule.number === rules.length} />
          </li>
        ))}
      </ol>
      {rules.length < limits.rules && (
        <form method="post" action={path} class="settings">
          <label class="mt" for="new-rule">
            {text("community.rule-new", { number: rules.length + 1 })}
          </label>
          <input id="new-rule" name="words" value={typed} required maxlength={limits.ruleLength} dir="auto" />
          <button type="submit" name="do" value="add" class="mt">
            {text("community.rule-add")}
          </button>
        </form>
      )}
    </CommunitySettingsPage>
  );
}

function RuleForm({
  visit: { reader },
  path,
  rule,
  last,
}: {
  visit: Pick<CommunityVisit, "reader">;
  path: string;
  rule: Rule;
  last: boolean;
}) {
  const { text } = reader.messages;
  const { id, number, words } = rule;
  const button = (act: string, label: string) => (
    <button type="submit" name="do" value={act} class="ghost mini">
      {label}
      <span class="vh"> {text("community.rule-which", { number })}</span>
    </button>
  );
  return (
    <form method="post" action={path}>
      <input type="hidden" name="rule" value={id} />
      <label for={`rule-${id}`}>{text("community.rule-which", { number })}</label>
      <input id={`rule-${id}`} name="words" value={words} required maxlength={limits.ruleLength} dir="auto" />
      <p class="row">
        {button("say", text("settings.save"))}
        {number > 1 && button("up", text("community.rule-up"))}
        {!last && button("down", text("community.rule-down"))}
        {button("remove", text("community.rule-remove"))}
      </p>
    </form>
  );
}
