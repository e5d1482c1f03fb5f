import type { Hono } from "hono";
import { changeCommunity } from "../src/community/change-community.ts";
import { CommunitySettingsPage } from "./community-settings-page.tsx";
import { afterSaving, type CommunityVisit, readOne, sending, visiting } from "./community-visit.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { requires } from "./policy.ts";
import { getViewer } from "./viewer.ts";

const postPolicies = ["anyone", "members", "moderators"] as const;
const holdPolicies = ["none", "strangers", "everyone"] as const;
const joinPolicies = ["open", "approval", "invite"] as const;

/** Who may post, and whose posts wait for a moderator. */
export function registerPosting(web: Hono, desk: Desk): void {
  const path = "/c/:handle/settings/posting";
  web.get(
    path,
    requires("owner"),
    visiting(desk, (visit) => sendPrivately(visit.c, <PostingPage visit={visit} />)),
  );
  web.post(
    path,
    requires("owner"),
    sending(desk, async (visit, form) => {
      const change = {
        postPolicy: readOne(postPolicies, form.get("post")),
        holdPolicy: readOne(holdPolicies, form.get("hold")),
      };
      await changeCommunity(desk.app, visit.community.id, change, getViewer(visit.c).authorId);
      return afterSaving(visit, "/posting");
    }),
  );
}

/** Who may join. */
export function registerJoining(web: Hono, desk: Desk): void {
  const path = "/c/:handle/settings/joining";
  web.get(
    path,
    requires("owner"),
    visiting(desk, (visit) => sendPrivately(visit.c, <JoiningPage visit={visit} />)),
  );
  web.post(
    path,
    requires("owner"),
    sending(desk, async (visit, form) => {
      const change = { joinPolicy: readOne(joinPolicies, form.get("join")) };
      await changeCommunity(desk.app, visit.community.id, change, getViewer(visit.c).authorId);
      return afterSaving(visit, "/joining");
    }),
  );
}

/** The ways in that a community can have. */
function wayInto({ visibility }: Pick<CommunityVisit["community"], "visibility">) {
  return visibility === "private" ? (["invite"] as const) : joinPolicies;
}

function PostingPage({ visit }: { readonly visit: CommunityVisit }) {
  const { reader, community, saved } = visit;
  const { text } = reader.messages;
  return (
    <CommunitySettingsPage reader={reader} community={community} title="community.posting" saved={saved}>
      <form method="post" action={`/c/${community.handle}/settings/posting`} class="settings">
        <Choice
          name="post"
          legend={text("community.who-posts")}
          options={optionsOf(postPolicies, community.postPolicy, (value) => text(`about.post.${value}`))}
        />
        <Choice
          name="hold"
          legend={text("community.what-waits")}
          options={optionsOf(holdPolicies, community.holdPolicy, (value) => text(`about.hold.${value}`))}
        />
        <button type="submit" class="mt">
          {text("settings.save")}
        </button>
      </form>
    </CommunitySettingsPage>
  );
}

function JoiningPage({ visit }: { readonly visit: CommunityVisit }) {
  const { reader, community, saved } = visit;
  const { text } = reader.messages;
  return (
    <CommunitySettingsPage reader={reader} community={community} title="community.joining" saved={saved}>
      <form method="post" action={`/c/${community.handle}/settings/joining`} class="settings">
        <Choice
          name="join"
          legend={text("community.who-joins")}
          options={optionsOf(wayInto(community), community.joinPolicy, (value) => text(`about.join.${value}`))}
        />
        <button type="submit" class="mt">
          {text("settings.save")}
        </button>
      </form>
    </CommunitySettingsPage>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
  readonly chosen: boolean;
}

function optionsOf<Value extends string>(
  values: readonly Value[],
  chosen: Value,
  label: (value: Value) => string,
): readonly Option[] {
  return values.map((value) => ({ value, label: label(value), chosen: value === chosen }));
}

/** One of a few. */
export function Choice({ name, legend, options }: { name: string; legend: string; options: readonly Option[] }) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {options.map(({ value, label, chosen }) => (
        <label class="opt">
          <input type="radio" name={name} value={value} checked={chosen} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
