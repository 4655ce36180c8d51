/** One line of a source, broken on purpose. */
export interface Change {
  /** From the repository's root. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** The source with the change. Throws where the text to find is not there exactly once: then the list of mutants is out of date. */
export function changedBy(source: string, { file, find, replace }: Change): string {
  const parts = source.split(find);
  if (parts.length !== 2) {
    throw new Error(`${file} holds ${JSON.stringify(find)} ${parts.length - 1} times. Mend the list of mutants.`);
  }
  return parts.join(replace);
}
