/** Words that stand together are looked for in this number. */
const wordsTogether = 4;

/** Letters of one post that are read. */
const longestText = 64 * 1024;

/** Knows the words of the posts that a mail answers, so that what is quoted from them is known without any mark. */
export interface Ancestors {
  /** Whether a line was said there. Lines of few words are too common to tell; they say nothing. */
  has(line: string): boolean | undefined;
}

/** Reads the posts above once. Takes as long as they are long. */
export function readAncestors(texts: readonly string[]): Ancestors {
  const together = new Set<string>();
  for (const text of texts) for (const group of groupsOf(wordsOf(text.slice(0, longestText)))) together.add(group);
  return {
    has(line) {
      const words = wordsOf(line);
      if (words.length < wordsTogether) return undefined;
      const groups = groupsOf(words);
      return groups.filter((group) => together.has(group)).length >= groups.length * 0.8;
    },
  };
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function groupsOf(words: readonly string[]): readonly string[] {
  const groups: string[] = [];
  for (let at = 0; at + wordsTogether <= words.length; at += 1)
    groups.push(words.slice(at, at + wordsTogether).join(" "));
  return groups;
}
