import type { PropsWithChildren } from "hono/jsx";
import type { Settings } from "../src/account/settings.ts";
import { limits } from "../src/core/limits.ts";
import { MailInput } from "./mail-input.tsx";
import type { MessageKey } from "./messages.ts";
import type { Reader } from "./reader.ts";
import { Avatar } from "./settings-avatar.tsx";
import { Reading } from "./settings-reading.tsx";
import { Wishes } from "./settings-wishes.tsx";
import { Fault, FormPage, HomeForm } from "./sign-in-page.tsx";

/** What went wrong with a form of the settings, and in which section. */
export interface SettingsFault {
  readonly section: "profile" | "avatar" | "addresses" | "passkeys" | "identities";
  readonly message: MessageKey;
}

export interface SettingsProps {
  readonly reader: Reader;
  readonly settings: Settings;
  readonly fault?: SettingsFault | undefined;
  /** Whether mail can be sent at all. */
  readonly mail: boolean;
}

/** All that belongs to an account, for its owner. */
export function SettingsPage(props: SettingsProps) {
  const { reader, settings } = props;
  const { text, rich } = reader.messages;
  return (
    <FormPage reader={reader} title="settings.title">
      <p class="mt side">
        {rich("settings.who", { address: <bdi dir="ltr">{`@${settings.handle}@${reader.site.host}`}</bdi> })}
      </p>
      <Profile {...props} />
      <Reading {...props} />
      <Wishes {...props} />
      <Addresses {...props} />
      <Passkeys {...props} />
      <Identities {...props} />
      <Section id="quoting" title={text("quoting.title")}>
        <p class="mt side">
          <a href="/settings/quotes">{text("quoting.link")}</a>
        </p>
      </Section>
      <Section id="sessions" title={text("sessions.title")}>
        <p class="mt side">
          <a href="/settings/sessions">{text("sessions.link")}</a>
        </p>
        <p class="mt side">
          <a href="/settings/data">{text("data.link")}</a>
        </p>
        <p class="mt side">
          <a href="/settings/consent">{text("consent.link")}</a>
        </p>
        <form method="post" action="/sign-out">
          <button type="submit" class="ghost mt">
            {text("sessions.sign-out")}
          </button>
        </form>
      </Section>
    </FormPage>
  );
}

/** A part of the settings. */
export function Section({ id, title, children }: PropsWithChildren<{ id: string; title: string }>) {
  return (
    <section class="way" id={id} aria-labelledby={`${id}-title`}>
      <h2 class="h" id={`${id}-title`}>
        {title}
      </h2>
      {children}
    </section>
  );
}

/** What went wrong in a section, if it was this one. */
export function FaultIn({
  reader,
  fault,
  section,
}: { section: SettingsFault["section"] } & Omit<SettingsProps, "settings" | "mail">) {
  if (fault?.section !== section) return null;
  return <Fault id={`${section}-fault`} words={reader.messages.text(fault.message)} />;
}

function Profile({ reader, settings, fault, mail }: SettingsProps) {
  const { text } = reader.messages;
  return (
    <Section id="profile" title={text("profile.title")}>
      <FaultIn reader={reader} fault={fault} section="profile" />
      <Avatar reader={reader} settings={settings} fault={fault} mail={mail} />
      <form method="post" action="/settings/profile">
        <label class="mt" for="name">
          {text("profile.name")}
        </label>
        <input
          id="name"
          name="name"
          maxlength={limits.nameLength}
          autocomplete="name"
          dir="auto"
          value={settings.name}
        />
        <label class="mt" for="bio">
          {text("profile.bio")}
        </label>
        <textarea id="bio" name="bio" class="low" maxlength={limits.bioWritten} dir="auto">
          {settings.bio}
        </textarea>
        <label class="opt mt">
          <input type="checkbox" name="indexable" value="yes" checked={settings.indexable} />
          {text("profile.indexable")}
        </label>
        <label class="opt mt">
          <input type="checkbox" name="quotable" value="yes" checked={settings.quotable} />
          {text("profile.quotable")}
        </label>
        <label class="opt mt">
          <input
            type="checkbox"
            name="reachable"
            value="yes"
            checked={settings.reachable}
            aria-describedby="reachable-hint"
          />
          {text("profile.reachable")}
        </label>
        <p class="hint" id="reachable-hint">
          {text("profile.reachable-hint")}
        </p>
        <button type="submit" class="mt">
          {text("settings.save")}
        </button>
      </form>
    </Section>
  );
}

function Addresses({ reader, settings, fault, mail }: SettingsProps) {
  const { text } = reader.messages;
  return (
    <Section id="addresses" title={text("addresses.title")}>
      <p class="mt side">{text("addresses.intro")}</p>
      <FaultIn reader={reader} fault={fault} section="addresses" />
      {settings.addresses.length > 0 && (
        <ul role="list" class="belongings mt">
          {settings.addresses.map((address) => (
            <li>
              <bdi dir="ltr">{address}</bdi>
              <RemoveForm
                reader={reader}
                action="/settings/addresses/remove"
                field="address"
                value={address}
                name={address}
              />
            </li>
          ))}
        </ul>
      )}
      {mail && (
        <form method="post" action="/settings/addresses">
          <label class="mt" for="new-address">
            {text("addresses.another")}
          </label>
          <MailInput id="new-address" required />
          <button type="submit" class="ghost mt">
            {text("addresses.add")}
          </button>
        </form>
      )}
    </Section>
  );
}

function Passkeys({ reader, settings, fault }: SettingsProps) {
  const { text } = reader.messages;
  return (
    <Section id="passkeys" title={text("passkeys.title")}>
      <p class="mt side">{text("passkeys.intro")}</p>
      <FaultIn reader={reader} fault={fault} section="passkeys" />
      {settings.passkeys.length > 0 && (
        <ul role="list" class="belongings mt">
          {settings.passkeys.map(({ id, name, createdAt }) => (
            <li>
              <div>
                <bdi>{name || text("passkeys.none")}</bdi>
                <p class="hint">{text("passkeys.since", { date: reader.dates.day(createdAt) })}</p>
              </div>
              <RemoveForm reader={reader} action="/settings/passkeys/remove" field="passkey" value={id} name={name} />
            </li>
          ))}
        </ul>
      )}
      <form method="post" action="/settings/passkeys">
        <label class="mt" for="passkey-name">
          {text("passkeys.name")}
        </label>
        <input id="passkey-name" name="name" maxlength={limits.passkeyName} dir="auto" />
        <button type="submit" class="ghost mt">
          {text("passkeys.add")}
        </button>
      </form>
    </Section>
  );
}

function Identities({ reader, settings, fault }: SettingsProps) {
  const { text } = reader.messages;
  return (
    <Section id="identities" title={text("identities.title")}>
      <p class="mt side">{text("identities.intro")}</p>
      <FaultIn reader={reader} fault={fault} section="identities" />
      {settings.identities.length > 0 && (
        <ul role="list" class="belongings mt">
          {settings.identities.map(({ authorId, handle, host }) => (
            <li>
              <bdi dir="ltr">{`@${handle}@${host}`}</bdi>
              <RemoveForm
                reader={reader}
                action="/settings/identities/remove"
                field="identity"
                value={authorId}
                name={`@${handle}@${host}`}
              />
            </li>
          ))}
        </ul>
      )}
      <HomeForm reader={reader} back="/settings" wrong={false} />
      <form method="post" action="/settings/identities/words">
        <button type="submit" class="bare">
          {text("identities.words")}
        </button>
      </form>
    </Section>
  );
}

interface RemoveFormProps {
  readonly reader: Reader;
  readonly action: string;
  readonly field: string;
  readonly value: string;
  /** What is removed, for whoever cannot see beside what the button stands. */
  readonly name: string;
}

/** A button that takes one thing away. */
export function RemoveForm({ reader, action, field, value, name }: RemoveFormProps) {
  const { text } = reader.messages;
  return (
    <form method="post" action={action}>
      <input type="hidden" name={field} value={value} />
      <button type="submit" class="bare mini" aria-label={text("settings.remove-this", { name })}>
        {text("settings.remove")}
      </button>
    </form>
  );
}
