/** Links of a document as they stand in the site. */
import { dirname, posix } from 'node:path';

/** Code in a line, which is left alone, or a link or picture. */
const CODE_OR_LINK = /(`+)[^]*?[^`]\1(?!`)|(!?)\[((?:`[^`]*`|[^\]`])*)\]\(([^)\s]+)\)/g;
const FENCE = /^( *)(`{3,})[^\n]*\n[^]*?^\1\2[ ]*$/gm;

export interface Place {
  /** The document in the repository. */
  readonly from: string;
  readonly pages: ReadonlyMap<string, string>;
  /** Whether a file or folder lies there in the repository. */
  readonly lies: (path: string) => boolean;
  /** Takes a picture along. */
  readonly take: (path: string) => void;
}

/**
 * Pages are linked as pages, pictures are taken along, and of other files of the repository the path is named.
 * @throws Error for a link that leads nowhere
 */
export function siteLinks(markdown: string, place: Place): string {
  let text = '';
  let at = 0;
  for (const fence of markdown.matchAll(FENCE)) {
    text += proseLinks(markdown.slice(at, fence.index), place) + fence[0];
    at = fence.index + fence[0].length;
  }
  return text + proseLinks(markdown.slice(at), place);
}

function proseLinks(prose: string, place: Place): string {
  return prose.replaceAll(CODE_OR_LINK, (whole: string, fence, picture: string, words: string, target: string) =>
    fence !== undefined || /^(?:\w+:|#)/.test(target) ? whole : siteLink(picture, words, target, place),
  );
}

function siteLink(picture: string, words: string, target: string, { from, pages, lies, take }: Place): string {
  const [path, anchor] = target.split('#', 2);
  const there = posix.join(dirname(from), path).replace(/\/$/, '');
  const own = pages.get(from) ?? 'index.md';
  const page = pages.get(there);
  const relative = (to: string) => posix.relative(dirname(own), to).replace(/^(?!\.)/, './');
  if (page !== undefined) return `[${words}](${relative(page)}${anchor === undefined ? '' : `#${anchor}`})`;
  if (!lies(there)) throw new Error(`${from} leads to ${target}, and nothing lies there.`);
  if (picture !== '') {
    take(there);
    return `![${words}](${relative(there)})`;
  }
  const bare = words.replaceAll('`', '');
  return bare === path || bare === there ? `\`${there}\`` : `${words} (\`${there}\`)`;
}
