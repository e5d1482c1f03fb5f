/** Asks a question for everybody who has it. */
export type Share<Answer> = (key: string, ask: () => Promise<Answer>) => Promise<Answer>;

interface Line<Answer> {
  readonly current: Promise<Answer>;
  /** For those who came while `current` was being answered. */
  next: Promise<Answer> | undefined;
}

/**
 * Makes one question of all that are asked alike at once, so that a page that everybody reads asks the database no more than one that
 * nobody reads. Whoever comes while it is being answered shares the next one: no answer is older than its question.
 */
export function createShare<Answer>(): Share<Answer> {
  const lines = new Map<string, Line<Answer>>();
  const start = (key: string, ask: () => Promise<Answer>): Promise<Answer> => {
    const line: Line<Answer> = { current: ask(), next: undefined };
    lines.set(key, line);
    const finish = () => {
      if (line.next === undefined) lines.delete(key);
    };
    line.current.then(finish, finish);
    return line.current;
  };
  return (key, ask) => {
    const line = lines.get(key);
    if (!line) return start(key, ask);
    line.next ??= line.current.then(
      () => start(key, ask),
      () => start(key, ask),
    );
    return line.next;
  };
}
