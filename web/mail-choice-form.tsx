import { digestForms, type MailSettings, mailHows, mailWhats } from "../src/community/mail-settings.ts";
import type { Reader } from "./reader.ts";
import { Section } from "./settings-page.tsx";
import { ZoneField } from "./zone-field.tsx";

interface Props {
  readonly reader: Reader;
  readonly settings: MailSettings;
  readonly base: string;
}

/** What, how and when. */
export function MailChoiceForm({ reader, settings, base }: Props) {
  const { text } = reader.messages;
  return (
    <Section id="choice" title={text("mail.choice")}>
      <form method="post" action={base}>
        <fieldset>
          <legend>{text("mail.what")}</legend>
          {mailWhats.map((what) => (
            <label class="opt">
              <input type="radio" name="what" value={what} checked={settings.what === what} />
              {text(`mail.what.${what}`)}
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>{text("mail.how")}</legend>
          {mailHows.map((how) => (
            <label class="opt">
              <input type="radio" name="how" value={how} checked={settings.how === how} />
              {text(`mail.how.${how}`)}
            </label>
          ))}
        </fieldset>
        <When reader={reader} settings={settings} />
        <button type="submit" class="mt">
          {text("settings.save")}
        </button>
      </form>
    </Section>
  );
}

function When({ reader, settings }: Omit<Props, "base">) {
  const { text } = reader.messages;
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  return (
    <fieldset>
      <legend>{text("mail.digest")}</legend>
      <label class="mt" for="hour">
        {text("mail.hour")}
      </label>
      <select id="hour" name="hour" dir="ltr">
        {hours.map((hour) => (
          <option value={String(hour)} selected={settings.hour === hour}>
            {`${String(hour).padStart(2, "0")}:00`}
          </option>
        ))}
      </select>
      <label class="mt" for="weekday">
        {text("mail.weekday")}
      </label>
      <select id="weekday" name="weekday">
        {[1, 2, 3, 4, 5, 6, 7].map((weekday) => (
          <option value={String(weekday)} selected={settings.weekday === weekday}>
            {reader.dates.weekday(weekday)}
          </option>
        ))}
      </select>
      <ZoneField reader={reader} chosen={settings.timeZone} />
      <label class="mt" for="form">
        {text("mail.form")}
      </label>
      <select id="form" name="form">
        {digestForms.map((form) => (
          <option value={form} selected={settings.form === form}>
            {text(`mail.form.${form}`)}
          </option>
        ))}
      </select>
    </fieldset>
  );
}
