import {
  type Check,
  checkedPeople,
  checkedThings,
  checkVerdicts,
  needOf,
  type PlacedCheck,
  usualChecks,
} from "../src/community/checks.ts";
import type { CheckId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { CommunitySettingsPage } from "./community-settings-page.tsx";
import type { CommunityVisit } from "./community-visit.ts";
import type { MessageKey, Messages } from "./messages.ts";

/** A check as it stands in the form: what was typed, whatever it is. */
export type GivenCheck = Pick<Check, "who" | "what" | "verdict" | "reason"> & {
  readonly threshold: string;
  readonly words: string;
};

interface ChecksPageProps {
  readonly visit: CommunityVisit;
  readonly checks: readonly PlacedCheck[];
  readonly given: GivenCheck;
  readonly newKey: CheckId;
  /** The thing that is to be looked at, when it lacks something. */
  readonly fault?: Check["what"] | undefined;
}

/** All checks in their order, and a form for one more. */
export function ChecksPage({ visit, checks, given, newKey, fault }: ChecksPageProps) {
  const { reader, community, saved } = visit;
  const { text } = reader.messages;
  const base = `/c/${community.handle}/settings/checks`;
  return (
    <CommunitySettingsPage
      reader={reader}
      community={community}
      title="community.checks"
      saved={saved}
      fault={fault && text(faultOf(fault))}
    >
      <p class="mt side">{text("checks.intro")}</p>
      {checks.length > 0 && (
        <ol class="checks mt">
          {checks.map((check, place) => (
            <Row
              messages={reader.messages}
              base={base}
              check={check}
              place={place}
              last={place === checks.length - 1}
            />
          ))}
        </ol>
      )}
      <p class="mt side">{text(`checks.rest.${community.holdPolicy}`)}</p>
      {!usualChecks.every((usual) => isAmong(checks, usual)) && (
        <form method="post" action={`${base}/usual`}>
          <button type="submit" class="ghost mt">
            {text("checks.usual")}
          </button>
        </form>
      )}
      <h3 class="h mt3" id="new-check">
        {text("checks.new")}
      </h3>
      <CheckForm messages={reader.messages} action={base} given={given} button="checks.add" newKey={newKey} />
    </CommunitySettingsPage>
  );
}

function isAmong(checks: readonly Check[], { who, what, verdict }: Check): boolean {
  return checks.some((check) => check.who === who && check.what === what && check.verdict === verdict);
}

interface ChangeCheckPageProps {
  readonly visit: CommunityVisit;
  readonly id: CheckId;
  readonly given: GivenCheck;
  readonly fault?: Check["what"] | undefined;
}

/** One check, to be changed. */
export function ChangeCheckPage({ visit: { reader, community }, id, given, fault }: ChangeCheckPageProps) {
  const { text } = reader.messages;
  const base = `/c/${community.handle}/settings/checks`;
  return (
    <CommunitySettingsPage
      reader={reader}
      community={community}
      title="community.checks"
      fault={fault && text(faultOf(fault))}
    >
      <CheckForm messages={reader.messages} action={`${base}/${id}`} given={given} button="settings.save" />
      <p class="mt side">
        <a href={base}>{text("checks.back")}</a>
      </p>
    </CommunitySettingsPage>
  );
}

function faultOf(what: Check["what"]): MessageKey {
  const need = needOf(what);
  if (need === "nothing") return "checks.fault.reason";
  return need === "words" ? "checks.fault.words" : "checks.fault.number";
}

interface RowProps {
  readonly messages: Messages;
  readonly base: string;
  readonly check: PlacedCheck;
  readonly place: number;
  readonly last: boolean;
}

function Row({ messages: { text }, base, check, place, last }: RowProps) {
  const { id, who, what, verdict, reason } = check;
  const named = `${text(`checks.who.${who}`)}: ${whatOf({ text }, check)}`;
  const mover = (act: "up" | "down" | "remove", label: MessageKey) => (
    <button type="submit" name="do" value={act} class="ghost mini" aria-label={`${text(label)}: ${named}`}>
      {text(label)}
    </button>
  );
  return (
    <li>
      <p>
        <b>{text(`checks.who.${who}`)}</b> · {whatOf({ text }, check)}: <b>{text(`checks.verdict.${verdict}`)}</b>
      </p>
      {needOf(what) === "words" && <p class="hint words">{check.words.join(" · ")}</p>}
      {reason && (
        <p class="hint">
          <q>{reason}</q>
        </p>
      )}
      <form method="post" action={`${base}/${id}`} class="acts">
        <input type="hidden" name="from" value={String(place)} />
        {place > 0 && mover("up", "checks.up")}
        {!last && mover("down", "checks.down")}
        <a href={`${base}/${id}`} class="btn ghost mini" aria-label={`${text("checks.change")}: ${named}`}>
          {text("checks.change")}
        </a>
        {mover("remove", "settings.remove")}
      </form>
    </li>
  );
}

function whatOf({ text }: Pick<Messages, "text">, { what, threshold }: Check): string {
  return text(`checks.what.${what}`, { number: threshold ?? 0 });
}

interface CheckFormProps {
  readonly messages: Messages;
  readonly action: string;
  readonly given: GivenCheck;
  readonly button: MessageKey;
  readonly newKey?: CheckId;
}

function CheckForm({ messages, action, given, button, newKey }: CheckFormProps) {
  const { text } = messages;
  return (
    <form method="post" action={action} class="settings">
      {newKey && <input type="hidden" name="key" value={newKey} />}
      <div class="abreast">
        <Choose name="who" label={text("checks.who")} chosen={given.who} options={peopleOf(messages)} />
        <Choose name="what" label={text("checks.what")} chosen={given.what} options={thingsOf(messages)} />
        <Choose name="verdict" label={text("checks.verdict")} chosen={given.verdict} options={verdictsOf(messages)} />
      </div>
      <label class="mt" for="threshold">
        {text("checks.number")}
      </label>
      <input
        id="threshold"
        name="threshold"
        class="short"
        inputmode="numeric"
        dir="ltr"
        value={given.threshold}
        aria-describedby="threshold-hint"
      />
      <p class="hint" id="threshold-hint">
        {text("checks.number-hint")}
      </p>
      <label class="mt" for="words">
        {text("checks.words")}
      </label>
      <textarea id="words" name="words" class="low" dir="auto" aria-describedby="words-hint">
        {given.words}
      </textarea>
      <p class="hint" id="words-hint">
        {text("checks.words-hint")}
      </p>
      <ReasonField messages={messages} reason={given.reason} />
      <button type="submit" name="do" value="save" class="mt">
        {text(button)}
      </button>
    </form>
  );
}

function ReasonField({ messages: { text }, reason }: { messages: Messages; reason: string }) {
  return (
    <>
      <label class="mt" for="reason">
        {text("checks.reason")}
      </label>
      <input
        id="reason"
        name="reason"
        maxlength={limits.reasonLength}
        dir="auto"
        value={reason}
        aria-describedby="reason-hint"
      />
      <p class="hint" id="reason-hint">
        {text("checks.reason-hint")}
      </p>
    </>
  );
}

type Options = readonly (readonly [value: string, label: string])[];

const peopleOf = ({ text }: Messages): Options => checkedPeople.map((who) => [who, text(`checks.who.${who}`)]);
const thingsOf = ({ text }: Messages): Options => checkedThings.map((what) => [what, text(`checks.option.${what}`)]);
const verdictsOf = ({ text }: Messages): Options => checkVerdicts.map((one) => [one, text(`checks.verdict.${one}`)]);

interface ChooseProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: string;
  readonly options: Options;
}

function Choose({ name, label, chosen, options }: ChooseProps) {
  return (
    <div class="grow">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {options.map(([value, words]) => (
          <option value={value} selected={value === chosen}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
