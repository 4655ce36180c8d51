/** Carries out what the buttons inside `<qcs-fer>` ask for. */
import type { BackendPreference } from '../../../inference/observation.js';
import type { FerCommand } from '../commands.js';
import type { FerSource } from './picture.js';

/** The part of `<qcs-fer>` that commands act on. */
export interface CommandTarget {
  camera: boolean | string;
  src: string | null;
  source: FerSource | null;
  model: string | null;
  backend: BackendPreference;
  mirrored: boolean;
  paused: boolean;
  start(): Promise<void>;
  stop(): void;
  retry(): Promise<void>;
  chooseFile(kind: 'photo' | 'video'): void;
  selectFace(id: number): void;
}

export function carryOut(target: CommandTarget, command: FerCommand): void {
  switch (command.name) {
    case 'camera':
      return chooseCamera(target, 'user');
    case 'device':
      return chooseCamera(target, command.deviceId);
    case 'turn':
      return chooseCamera(target, target.camera === 'environment' ? 'user' : 'environment');
    case 'photo':
    case 'video':
      return target.chooseFile(command.name);
    case 'pause':
    case 'resume':
      target.paused = command.name === 'pause';
      return;
    case 'mirror':
      target.mirrored = !target.mirrored;
      return;
    case 'stop':
    case 'dismiss':
      return empty(target);
    case 'retry':
      return void target.retry();
    case 'use-wasm':
      if (target.backend === 'wasm') return void target.retry();
      target.backend = 'wasm';
      return;
    case 'use-shipped-model':
      target.model = null;
      return;
    case 'select':
      return target.selectFace(command.faceId);
  }
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
