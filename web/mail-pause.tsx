import type { MailSettings } from "../src/community/mail-settings.ts";
import { dayAt } from "../src/community/next-digest.ts";
import type { Reader } from "./reader.ts";
import { Section } from "./settings-page.tsx";

interface Props {
  readonly reader: Reader;
  readonly settings: MailSettings;
  readonly base: string;
  readonly now: Date;
}

/** No mail for some days, and then what was missed. */
export function MailPause({ reader, settings: { pause, timeZone }, base, now }: Props) {
  const { text } = reader.messages;
  const today = dayAt(now, timeZone);
  if (pause) {
    const last = new Date(pause.until.getTime() - 1);
    return (
      <Section id="pause" title={text("mail.pause")}>
        <form method="post" action={`${base}/pause`}>
          <p class="mt">{text("mail.paused", { from: reader.dates.day(pause.from), until: reader.dates.day(last) })}</p>
          <input type="hidden" name="end" value="yes" />
          <button type="submit" class="mt">
            {text("mail.pause.end")}
          </button>
        </form>
      </Section>
    );
  }
  return (
    <Section id="pause" title={text("mail.pause")}>
      <form method="post" action={`${base}/pause`}>
        <p class="mt side">{text("mail.pause.how")}</p>
        <label class="mt" for="from">
          {text("mail.pause.from")}
        </label>
        <input id="from" name="from" type="date" required min={today} value={today} />
        <label class="mt" for="until">
          {text("mail.pause.until")}
        </label>
        <input id="until" name="until" type="date" required min={today} />
        <button type="submit" class="ghost mt">
          {text("mail.pause.do")}
        </button>
      </form>
    </Section>
  );
}
