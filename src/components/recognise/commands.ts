/** What a person can ask for with the buttons inside `<qcs-fer>`: every part sends the same event, the element carries it out. */

export type FerCommand =
  | { readonly name: 'camera' | 'photo' | 'video' | 'pause' | 'resume' | 'stop' | 'mirror' | 'turn' }
  | { readonly name: 'retry' | 'dismiss' | 'use-wasm' | 'use-shipped-model' }
  | { readonly name: 'device'; readonly deviceId: string }
  | { readonly name: 'select'; readonly faceId: number };

/** Asks the element around to carry out a command. */
export function sendCommand(from: EventTarget, command: FerCommand): void {
  from.dispatchEvent(new CustomEvent('qcs-command', { detail: command, bubbles: true, composed: true }));
}

declare global {
  interface GlobalEventHandlersEventMap {
    'qcs-command': CustomEvent<FerCommand>;
  }
}
