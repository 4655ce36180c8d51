/** What goes over elements one by one, or over the elements of rows with one value a column. */
import { activate } from './activation';
import { prelu as bend, sigmoid } from './functions';
import { loadFirst, madd, storeFirst } from './lanes';

export function unary(activation: i32, x: usize, y: usize, n: i32): void {
  const zero = f32x4.splat(0);
  for (let count = n; count > 0; count -= 4) {
    storeFirst(y, activate(loadFirst(x, count), activation, zero), count);
    x += 16;
    y += 16;
  }
}

export function add(a: usize, b: usize, y: usize, n: i32): void {
  for (let count = n; count > 0; count -= 4) {
    storeFirst(y, f32x4.add(loadFirst(a, count), loadFirst(b, count)), count);
    a += 16;
    b += 16;
    y += 16;
  }
}

export function subtract(a: usize, b: usize, y: usize, n: i32): void {
  for (let count = n; count > 0; count -= 4) {
    storeFirst(y, f32x4.sub(loadFirst(a, count), loadFirst(b, count)), count);
    a += 16;
    b += 16;
    y += 16;
  }
}

export function multiply(a: usize, b: usize, y: usize, n: i32): void {
  for (let count = n; count > 0; count -= 4) {
    storeFirst(y, f32x4.mul(loadFirst(a, count), loadFirst(b, count)), count);
    a += 16;
    b += 16;
    y += 16;
  }
}

export function gate(x: usize, g: usize, y: usize, n: i32): void {
  for (let count = n; count > 0; count -= 4) {
    storeFirst(y, f32x4.mul(loadFirst(x, count), sigmoid(loadFirst(g, count))), count);
    x += 16;
    g += 16;
    y += 16;
  }
}

export function addRow(a: usize, lda: usize, row: usize, y: usize, ldy: usize, rows: i32, width: i32): void {
  for (let index = 0; index < rows; index++) {
    add(a, row, y, width);
    a += lda;
    y += ldy;
  }
}

export function multiplyRow(a: usize, lda: usize, row: usize, y: usize, ldy: usize, rows: i32, width: i32): void {
  for (let index = 0; index < rows; index++) {
    multiply(a, row, y, width);
    a += lda;
    y += ldy;
  }
}

export function prelu(x: usize, ldx: usize, slopes: usize, y: usize, ldy: usize, rows: i32, width: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column += 4) {
      const at = <usize>column << 2, count = width - column;
      storeFirst(y + at, bend(loadFirst(x + at, count), loadFirst(slopes + at, count)), count);
    }
    x += ldx;
    y += ldy;
  }
}

export function scaleShift(
  x: usize, ldx: usize, scale: usize, shift: usize, y: usize, ldy: usize, rows: i32, width: i32,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column += 4) {
      const at = <usize>column << 2, count = width - column;
      const scaled = madd(loadFirst(x + at, count), loadFirst(scale + at, count), loadFirst(shift + at, count));
      storeFirst(y + at, scaled, count);
    }
    x += ldx;
    y += ldy;
  }
}
