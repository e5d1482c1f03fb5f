import { type NoticeTopic, type NoticeWish, noticeTopics, usualWish } from "../src/community/notice-wishes.ts";
import { Section, type SettingsProps } from "./settings-page.tsx";

/** Which ways somebody is told by, of what. */
export const noticeWays = ["web", "mail", "fediverse"] as const;

/** By which ways somebody hears of what. */
export function Wishes({ reader, settings, mail }: SettingsProps) {
  const { text } = reader.messages;
  const offered = {
    web: true,
    mail: mail && settings.addresses.length > 0,
    fediverse: settings.identities.length > 0,
  };
  const labels = { web: text("wishes.web"), mail: text("wishes.mail"), fediverse: text("wishes.fediverse") };
  return (
    <Section id="wishes" title={text("wishes.title")}>
      <p class="mt side">{text("wishes.intro")}</p>
      <form method="post" action="/settings/wishes">
        {noticeTopics.map((topic) => (
          <fieldset>
            <legend>{text(topic === "own" ? "wishes.own" : "wishes.others")}</legend>
            {noticeWays.map((way) =>
              offered[way] ? (
                <label class="opt">
                  <input type="checkbox" name={topic} value={way} checked={wishOf(settings.wishes, topic)[way]} />
                  {labels[way]}
                </label>
              ) : (
                // What cannot be had now stays as it was, for when it can.
                wishOf(settings.wishes, topic)[way] && <input type="hidden" name={topic} value={way} />
              ),
            )}
          </fieldset>
        ))}
        <button type="submit" class="mt">
          {text("settings.save")}
        </button>
      </form>
    </Section>
  );
}

function wishOf(wishes: SettingsProps["settings"]["wishes"], topic: NoticeTopic): NoticeWish {
  return wishes[topic] ?? usualWish(topic, "here");
}
