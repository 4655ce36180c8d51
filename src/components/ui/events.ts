/**
 * What elements say. An event tells what happened. A command is what a part wants done and only the element around it can do: each capability has one
 * event for all its commands, whose detail is one of the map's, such as `{ name: 'device', deviceId }`. Both are typed by `HTMLElementEventMap`.
 */

import type { NamedBlob } from '../../storage/namedFiles.js';

/** Names of the events that carry a detail. */
export type DetailEventName = {
  [Name in keyof HTMLElementEventMap]: HTMLElementEventMap[Name] extends CustomEvent ? Name : never;
}[keyof HTMLElementEventMap];

export type DetailOf<Name extends DetailEventName> = HTMLElementEventMap[Name]['detail'];

/** Sends an event or a command; it bubbles through all shadow roots around. */
export function emit<Name extends DetailEventName>(from: EventTarget, name: Name, detail: DetailOf<Name>): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

/** One of the commands of a map from names to what they carry; `unknown` for those that carry nothing. */
export type CommandOf<Commands> = {
  [Name in keyof Commands]: { readonly name: Name } & Commands[Name];
}[keyof Commands];

interface AnyCommand {
  readonly name: string;
}

/** Names of the events that carry commands. */
export type CommandEventName = {
  [Name in DetailEventName]: DetailOf<Name> extends AnyCommand ? Name : never;
}[DetailEventName];

/** What is done at each command. */
export type CommandHandlers<Command extends AnyCommand> = {
  readonly [Name in Command['name']]: (command: Extract<Command, { readonly name: Name }>) => void;
};

/** Carries out the commands of the parts inside an element; they go no further. */
export function obey<Name extends CommandEventName>(
  host: HTMLElement,
  name: Name,
  handlers: CommandHandlers<DetailOf<Name>>,
): void {
  host.addEventListener(name, (event) => {
    event.stopPropagation();
    const command: DetailOf<Name> = event.detail;
    const handle = handlers[command.name as DetailOf<Name>['name']] as (command: DetailOf<Name>) => void;
    handle(command);
  });
}

/** Detail of `qcs-use-model`. */
export interface UseModelDetail {
  /** What `<qcs-fer model>` takes; null for the shipped model. */
  readonly model: string | null;
}

/** Detail of `qcs-evaluate-data`. */
export interface EvaluateDataDetail {
  /** A data set as the Train tab exports it. */
  readonly files: readonly NamedBlob[];
  /** Address of the model to measure beside the shipped one; null for the shipped one alone. */
  readonly model: string | null;
}

declare global {
  interface GlobalEventHandlersEventMap {
    /** Measure on these images. */
    'qcs-evaluate-data': CustomEvent<EvaluateDataDetail>;
    /** Recognise with this model. */
    'qcs-use-model': CustomEvent<UseModelDetail>;
  }
}
