/** What a line of a moderator's answer decides about the post with its number. */
export interface Verdict {
  readonly number: number;
  readonly action: "approve" | "reject" | "spam";
  /** In their words; of a refusal its author hears them. */
  readonly reason: string;
}

const words: readonly { readonly action: Verdict["action"]; readonly said: RegExp }[] = [
  { action: "approve", said: /^(?:ok|okay|yes|approve|accept|موافق|نعم|أوافق)$/i },
  { action: "reject", said: /^(?:refuse|reject|no|deny|رفض|أرفض|لا)$/i },
  { action: "spam", said: /^(?:spam|مزعج)$/i },
];

/**
 * Reads what a moderator answers to a mail about what waits: a line such as `1 ok`, `2 refuse not our topic` or `3 spam` for each post. What is
 * quoted, and what says nothing of the kind, is passed over; of two lines about one post the last counts.
 */
export function readVerdicts(text: string): readonly Verdict[] {
  const verdicts = new Map<number, Verdict>();
  for (const line of text.split("\n", 2_000)) {
    const [, number, word = "", reason = ""] =
      /^\s{0,8}#?(\d{1,3})[.:)]?[ \t]+(\S{1,20}?)[.,:]?(?:[ \t]+(.{0,1000}))?[ \t\r]*$/.exec(line) ?? [];
    const action = words.find(({ said }) => said.test(word))?.action;
    if (action && number) verdicts.set(Number(number), { number: Number(number), action, reason: reason.trim() });
  }
  return [...verdicts.values()].sort((one, other) => one.number - other.number);
}
