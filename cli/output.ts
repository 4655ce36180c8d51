/** What the command line says. Names in files and of files may hold anything: a terminal gets no command of theirs. */

/** Controls, and what turns the direction of writing. */
const COMMANDS = /[\p{Cc}\p{Bidi_Control}]/gu;

/** The text with everything that no terminal should see, but tabs and line ends, written as `\u....`, which is the same text inside JSON. */
export function printable(text: string): string {
  return text.replaceAll(COMMANDS, (found) =>
    found === '\n' || found === '\t' ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A result, on standard output. */
export function print(text: string): void {
  process.stdout.write(printable(text));
}

/** All else, on standard error. */
export function note(text: string): void {
  process.stderr.write(printable(text));
}
