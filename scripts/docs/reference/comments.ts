/** Comments of code as Markdown. */

export interface DocComment {
  /** The prose before the first tag. */
  readonly text: string;
  /** By name, as `@param` has them. */
  readonly parameters: readonly (readonly [name: string, text: string])[];
  readonly throws: readonly string[];
}

const TAG = /^@(\w+)\s*/;

/** @param inner what stands between the signs that begin and end a comment */
export function commentOf(inner: string): DocComment {
  const lines = inner.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trimEnd());
  const parts: string[][] = [[]];
  for (const line of lines) {
    if (TAG.test(line)) parts.push([]);
    parts.at(-1)!.push(line);
  }
  const [prose, ...tagged] = parts.map((part) => linked(part.join('\n').trim()));
  const of = (tag: string) =>
    tagged.filter((part) => TAG.exec(part)?.[1] === tag).map((part) => part.replace(TAG, '').replaceAll('\n', ' '));
  return {
    text: prose,
    parameters: of('param').map((part) => {
      const [name, ...words] = part.split(' ');
      return [name, words.join(' ').replace(/^- /, '')];
    }),
    throws: of('throws'),
  };
}

function linked(text: string): string {
  return text.replaceAll(/\{@link (\w+)\}/g, '`$1`');
}
