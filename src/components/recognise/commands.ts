/** What a person can ask for with the buttons inside `<qcs-fer>`. */
import type { CommandOf } from '../ui/events.js';
import type { Arrangement } from './people/group.js';

export interface FerCommands {
  camera: unknown;
  /** A certain camera. */
  device: { readonly deviceId: string };
  /** The camera on the other side. */
  turn: unknown;
  /** Opens the browser's dialog. */
  photo: unknown;
  video: unknown;
  mirror: unknown;
  pause: unknown;
  resume: unknown;
  stop: unknown;
  /** The face whose reading is shown. */
  select: { readonly faceId: number };
  /** The face that fills the stage; undefined for the whole picture. */
  zoom: { readonly faceId: number | undefined };
  'name-face': { readonly faceId: number; readonly text: string };
  /** In which order people are shown, and which. */
  arrange: { readonly arrangement: Arrangement };
  /** The list of keys. */
  shortcuts: unknown;
  retry: unknown;
  /** Away from a fault, back to the invitation. */
  dismiss: unknown;
  /** To the camera, where the page must ask first. */
  agree: unknown;
  decline: unknown;
  'use-wasm': unknown;
  'use-shipped-model': unknown;
}

export type FerCommand = CommandOf<FerCommands>;

declare global {
  interface HTMLElementEventMap {
    'qcs-command': CustomEvent<FerCommand>;
  }
}
