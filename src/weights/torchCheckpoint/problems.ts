/** The errors of checkpoint files. */
import { ModelError } from '../../errors.js';
import type { ZipKind } from '../../storage/zipArchive.js';

export function damaged(what: string, cause?: unknown): ModelError {
  return new ModelError(
    'checkpoint-format',
    `This checkpoint cannot be read: ${what}. Download it again, or save it again with torch.save.`,
    { cause },
  );
}

export function cutShort(what: string): ModelError {
  return new ModelError('model-truncated', `This checkpoint is cut short: ${what}. Download or copy it again.`);
}

/** A sound file of a kind that is not read here. `advice` is a whole sentence. */
export function refused(what: string, advice: string): ModelError {
  return new ModelError('checkpoint-format', `${what} ${advice}`);
}

/** What torch.save writes is a zip of entries that are stored, not compressed. */
export const CHECKPOINT_ZIP: ZipKind = {
  damaged,
  cutShort,
  refused: (why) =>
    why === 'encrypted'
      ? refused('This checkpoint is encrypted.', 'Decrypt it first.')
      : refused(
          'This checkpoint is a compressed zip file.',
          'Save it with torch.save, which stores its parts uncompressed.',
        ),
};
