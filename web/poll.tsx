import type { Poll as PollView } from "../src/post/poll.ts";
import type { Reader } from "./reader.ts";

interface PollProps {
  readonly reader: Reader;
  readonly poll: PollView;
  readonly language: string | undefined;
}

/** What a post asks, and how it was answered: in words, with a bar beside them. */
export function Poll({ reader, poll, language }: PollProps) {
  const { text } = reader.messages;
  const cast = poll.choices.reduce((sum, { votes = 0 }) => sum + votes, 0);
  // Who may choose several counts once, if its home tells how many did.
  const whole = poll.multiple ? Math.max(poll.voters ?? 0, ...poll.choices.map(({ votes = 0 }) => votes)) : cast;
  return (
    <div class="poll">
      <ul role="list">
        {poll.choices.map(({ name, votes }) => (
          <li>
            <span>
              <bdi lang={language ?? ""}>{name}</bdi>
            </span>{" "}
            {votes !== undefined && (
              <>
                <span class="num">{text("poll.votes", { count: votes, share: whole > 0 ? votes / whole : 0 })}</span>
                {whole > 0 && <meter aria-hidden="true" min={0} max={whole} value={votes} />}
              </>
            )}
          </li>
        ))}
      </ul>
      <p class="hint">
        {text(poll.multiple ? "poll.several" : "poll.one")}{" "}
        {poll.voters !== undefined && `${text("poll.voters", { count: poll.voters })} `}
        {poll.endsAt && text("poll.ends", { date: reader.dates.moment(poll.endsAt, 0) })}
      </p>
    </div>
  );
}
