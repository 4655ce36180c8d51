/** Carries out what the buttons inside `<qcs-fer>` ask for. */
import type { BackendPreference } from '../../../inference/observation.js';
import type { CommandHandlers } from '../../ui/events.js';
import type { FerCommand } from '../commands.js';
import type { QcsFaceOverlay } from '../face-overlay/face-overlay.js';
import type { Shortcut } from '../shortcuts/shortcuts.js';
import { isMoving, type Picture } from './picture.js';
import type { PictureNames } from './picture-wish.js';
import type { Reading } from './reading.js';

/** The part of `<qcs-fer>` that commands act on. */
export interface CommandTarget extends PictureNames {
  model: string | null;
  backend: BackendPreference;
  mirrored: boolean;
  paused: boolean;
  start(): Promise<void>;
  stop(): void;
  retry(): Promise<void>;
  chooseFile(kind: 'photo' | 'video'): void;
  selectFace(id: number): void;
  answerConsent(given: boolean): void;
  showShortcuts(): void;
  requestUpdate(): void;
}

/** @param reading what the buttons change without the page's knowing */
export function commandHandlers(target: CommandTarget, reading: Reading): CommandHandlers<FerCommand> {
  const change = (act: () => void): void => {
    act();
    target.requestUpdate();
  };
  return {
    camera: () => chooseCamera(target, 'user'),
    device: ({ deviceId }) => chooseCamera(target, deviceId),
    turn: () => chooseCamera(target, target.camera === 'environment' ? 'user' : 'environment'),
    photo: () => target.chooseFile('photo'),
    video: () => target.chooseFile('video'),
    mirror: () => (target.mirrored = !target.mirrored),
    pause: () => (target.paused = true),
    resume: () => (target.paused = false),
    stop: () => empty(target),
    dismiss: () => empty(target),
    agree: () => target.answerConsent(true),
    decline: () => target.answerConsent(false),
    select: ({ faceId }) => target.selectFace(faceId),
    zoom: ({ faceId }) => change(() => (reading.zoomed = faceId)),
    'name-face': ({ faceId, text }) => change(() => reading.nameFace(faceId, text)),
    arrange: ({ arrangement }) => change(() => (reading.arrangement = arrangement)),
    shortcuts: () => target.showShortcuts(),
    retry: () => void target.retry(),
    'use-wasm': () => {
      if (target.backend === 'wasm') void target.retry();
      target.backend = 'wasm';
    },
    'use-shipped-model': () => (target.model = null),
  };
}

/** What a key asks for; false where there is nothing to do. */
export function answerShortcut(
  shortcut: Shortcut,
  target: CommandTarget,
  picture: Picture | undefined,
  faces: QcsFaceOverlay | null,
): boolean {
  if (shortcut === 'help') target.showShortcuts();
  else if (shortcut === 'previous') return faces?.walk('ArrowLeft') ?? false;
  else if (shortcut === 'next') return faces?.walk('ArrowRight') ?? false;
  else if (picture !== undefined && isMoving(picture)) target.paused = !target.paused;
  else return false;
  return true;
}

/** People expect to see themselves as in a mirror, and what is before them as it is. */
function chooseCamera(target: CommandTarget, camera: string): void {
  target.paused = false;
  target.mirrored = camera !== 'environment';
  if (target.camera === camera) void target.start();
  target.camera = camera;
}

function empty(target: CommandTarget): void {
  target.source = null;
  target.src = null;
  target.camera = false;
  target.paused = false;
  target.stop();
}
