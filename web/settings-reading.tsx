import { languages, locales } from "./locale.ts";
import { themes, typefaces } from "./reader.ts";
import { Section, type SettingsProps } from "./settings-page.tsx";
import { ZoneField } from "./zone-field.tsx";

export const threadOrders = ["reply", "date"] as const;

/** How somebody reads, wherever they sign in. */
export function Reading({ reader, settings }: SettingsProps) {
  const { text } = reader.messages;
  const light = { device: text("theme.device"), light: text("theme.light"), dark: text("theme.dark") };
  const letters = { serif: text("reading.typeface.serif"), plain: text("reading.typeface.plain") };
  const orders = { reply: text("thread.by-reply"), date: text("thread.by-date") };
  return (
    <Section id="reading" title={text("footer.settings")}>
      <form method="post" action="/settings/reading">
        <label class="mt" for="language">
          {text("reading.language")}
        </label>
        <select id="language" name="language">
          <option value="" selected={settings.language === null}>
            {text("reading.browser")}
          </option>
          {locales.map((locale) => (
            <option value={locale} lang={locale} selected={settings.language === locale}>
              {languages[locale].name}
            </option>
          ))}
        </select>
        <ZoneField reader={reader} chosen={settings.timeZone ?? "UTC"} />
        <Choice legend={text("reading.theme")} name="theme" values={themes} chosen={reader.theme} labels={light} />
        <Choice
          legend={text("reading.typeface")}
          name="typeface"
          values={typefaces}
          chosen={settings.typeface ?? "serif"}
          labels={letters}
        />
        <Choice
          legend={text("reading.order")}
          name="order"
          values={threadOrders}
          chosen={settings.threadOrder ?? "reply"}
          labels={orders}
        />
        <button type="submit" class="mt">
          {text("settings.save")}
        </button>
      </form>
    </Section>
  );
}

interface ChoiceProps<Value extends string> {
  readonly legend: string;
  readonly name: string;
  readonly values: readonly Value[];
  readonly chosen: Value;
  readonly labels: Readonly<Record<Value, string>>;
}

function Choice<Value extends string>({ legend, name, values, chosen, labels }: ChoiceProps<Value>) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {values.map((value) => (
        <label class="opt">
          <input type="radio" name={name} value={value} checked={value === chosen} />
          {labels[value]}
        </label>
      ))}
    </fieldset>
  );
}
