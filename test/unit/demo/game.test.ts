import { expect, it } from 'vitest';
import { Game, GAME_ORDER, ROUND_TIME } from '../../../src/demo/game/game.js';
import { EXPRESSIONS } from '../../../src/expressions.js';

const STEP = 100;

/** Plays with the same share of the wished face, until the game is over. */
function play(share: (round: number) => number): { game: Game; time: number } {
  const game = new Game();
  let time = 0;
  for (; !game.isOver && time < 1e6; time += STEP) {
    const { expression } = game.rounds.at(-1)!;
    game.add(time, { [expression]: share(game.rounds.length), other: 1 });
  }
  return { game, time };
}

it('asks for every expression once, and scores the best share of each', () => {
  expect(GAME_ORDER.toSorted()).toEqual(EXPRESSIONS.toSorted());
  const { game } = play((round) => (round === 1 ? 0.62 : 0.3));
  expect(game.rounds.map(({ expression }) => expression)).toEqual(GAME_ORDER);
  expect(game.points).toBe(6 + 7 * 3);
});

it('goes on at once where most people would agree, and after its time where they would not', () => {
  const [quick, slow] = [play(() => 0.9), play(() => 0.5)];
  expect(quick.time).toBeLessThan(GAME_ORDER.length * 1500);
  expect(slow.time / (GAME_ORDER.length * ROUND_TIME)).toBeCloseTo(1, 1);
  expect(quick.game.points).toBe(9 * GAME_ORDER.length);
});

it('takes a flicker for no success, and no time while nothing is read', () => {
  const game = new Game();
  for (let time = 0; time < 3000; time += STEP) game.add(time, { happiness: time % (2 * STEP) === 0 ? 0.95 : 0.2 });
  expect(game.rounds).toHaveLength(1);
  const { left } = game;
  game.add(60_000, undefined);
  expect(left - game.left).toBeLessThan(1000);
  expect(game.share).toBeUndefined();
});

it('ends when it is told to, with what was made so far', () => {
  const game = new Game();
  game.add(0, { happiness: 0.5 });
  game.next();
  game.end();
  game.add(100, { surprise: 1 });
  expect(game.points).toBe(5);
});
