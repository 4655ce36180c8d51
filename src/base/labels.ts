/** Names of classes as people write them: in folders and lists, for training, evaluation and on the command line. */

/** What folders of well-known collections call the expressions. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['happy', 'happiness'],
  ['sad', 'sadness'],
  ['angry', 'anger'],
  ['surprised', 'surprise'],
  ['disgusted', 'disgust'],
  ['fearful', 'fear'],
  ['afraid', 'fear'],
]);

/** Class name of a label written by hand or as a folder: trimmed, lower case. */
export function className(text: string): string {
  return text.trim().toLowerCase();
}

/**
 * Finds the one of the known names that a label means: that of its own spelling, else of its own letters, else of its meaning (`happy` for
 * `happiness` and the other way round) where only one has it. Any other label is itself, as {@link className} writes it.
 */
export function labelMatcher(known: readonly string[]): (label: string) => string {
  const exact = new Set(known);
  const named = new Map(known.map((name) => [className(name), name]));
  const meant = new Map<string, string | null>();
  for (const [name, spelled] of named) {
    const meaning = ALIASES.get(name) ?? name;
    meant.set(meaning, named.get(meaning) ?? (meant.has(meaning) ? null : spelled));
  }
  return (label) => {
    if (exact.has(label)) return label;
    const name = className(label);
    return named.get(name) ?? meant.get(ALIASES.get(name) ?? name) ?? name;
  };
}
