/** Paths of files as the whole project writes them: relative, with `/` between folders. */

export const IMAGE_FILE = /\.(png|jpe?g|webp|bmp|gif|avif)$/i;
export const CSV_FILE = /\.csv$/i;
export const ZIP_FILE = /\.zip$/i;

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folder of a path with the `/` at its end; empty at the top. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** A path as people and programs write it: also with `\` between folders, and `./` or `/` in front. */
export function normalPath(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');
}
