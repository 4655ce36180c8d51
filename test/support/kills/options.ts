/** What all kinds of kills share. */

export interface KillOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Leaves a torn note in the browser's journal with every kill. */
  readonly tears?: boolean;
  readonly onRound?: (round: number) => void;
}

export interface KillReport {
  readonly rounds: number;
  /** Kills in the middle of a note in the browser's own journal. */
  readonly torn: number;
}
