import type { Hono } from "hono";
import { changeCommunity } from "../src/community/change-community.ts";
import { readLanguage, readName, readSummary } from "../src/community/community-facts.ts";
import { dyes } from "../src/community/dye.ts";
import { limits } from "../src/core/limits.ts";
import { CommunitySettingsPage } from "./community-settings-page.tsx";
import { afterSaving, type CommunityVisit, refusalOf, sending, visiting } from "./community-visit.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { fieldOf } from "./form.ts";
import type { MessageKey, Messages } from "./messages.ts";
import { requires } from "./policy.ts";
import { getViewer } from "./viewer.ts";

interface General {
  readonly name: string;
  readonly summary: string;
  readonly language: string;
  readonly dye: string;
}

/** What a community is called, what it says of itself, and its colour. */
export function registerGeneral(web: Hono, desk: Desk): void {
  const path = "/c/:handle/settings";
  web.get(
    path,
    requires("owner"),
    visiting(desk, (visit) => sendPrivately(visit.c, <GeneralPage visit={visit} given={visit.community} />)),
  );
  web.post(
    path,
    requires("owner"),
    sending(desk, async (visit, form) => {
      const read = (name: string) => form.get(name) ?? "";
      const given = {
        name: read("name"),
        summary: fieldOf(form, "summary"),
        language: read("language"),
        dye: read("dye"),
      };
      const fault = await faultOf(given);
      if (fault) return await sendPrivately(visit.c, <GeneralPage visit={visit} given={given} fault={fault} />, 400);
      const change = { ...given, dye: dyes.find((dye) => dye === given.dye) };
      await changeCommunity(desk.app, visit.community.id, change, getViewer(visit.c).authorId);
      return afterSaving(visit, "");
    }),
  );
}

async function faultOf({ name, summary, language }: General): Promise<MessageKey | undefined> {
  if (await refusalOf(() => readName(name))) return "community.fault.name";
  if (await refusalOf(() => readSummary(summary))) return "community.fault.summary";
  if (await refusalOf(() => readLanguage(language))) return "community.fault.language";
  return undefined;
}

interface GeneralPageProps {
  readonly visit: CommunityVisit;
  readonly given: General;
  readonly fault?: MessageKey;
}

function GeneralPage({ visit: { reader, community, saved }, given, fault }: GeneralPageProps) {
  const { text } = reader.messages;
  const marks = (field: string) =>
    fault === `community.fault.${field}`
      ? ({ "aria-invalid": "true", "aria-describedby": "settings-fault" } as const)
      : {};
  return (
    <CommunitySettingsPage
      reader={reader}
      community={community}
      title="community.general"
      saved={saved}
      fault={fault && text(fault)}
    >
      <form method="post" action={`/c/${community.handle}/settings`} class="settings">
        <label for="name">{text("community.name")}</label>
        <input
          id="name"
          name="name"
          value={given.name}
          required
          maxlength={limits.nameLength}
          dir="auto"
          {...marks("name")}
        />
        <label class="mt" for="summary">
          {text("community.summary")}
        </label>
        <textarea id="summary" name="summary" dir="auto" maxlength={limits.summaryLength} {...marks("summary")}>
          {given.summary}
        </textarea>
        <p class="hint">{text("community.summary-hint")}</p>
        <label class="mt" for="language">
          {text("community.language")}
        </label>
        <input
          id="language"
          name="language"
          class="short"
          value={given.language}
          required
          dir="ltr"
          autocapitalize="none"
          spellcheck={false}
          {...marks("language")}
        />
        <p class="hint">{text("community.language-hint")}</p>
        <DyeField messages={reader.messages} chosen={given.dye} />
        <button type="submit" class="mt">
          {text("settings.save")}
        </button>
      </form>
    </CommunitySettingsPage>
  );
}

function DyeField({ messages: { text }, chosen }: { messages: Messages; chosen: string }) {
  return (
    <fieldset>
      <legend>{text("community.dye")}</legend>
      {dyes.map((dye) => (
        <label class="opt">
          <input type="radio" name="dye" value={dye} checked={dye === chosen} />
          <span>
            <i class={`swatch dye-${dye}`} /> {text(`community.dye.${dye}`)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
