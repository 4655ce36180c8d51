/** Drawn pictures of two kinds for training tests; no two are alike. */

/** A 48 x 48 PNG: bright below for a smile, bright above for a frown, with a pattern of its own. */
export async function picturePng(seed: number, label: string): Promise<Blob> {
  const canvas = new OffscreenCanvas(48, 48);
  const context = canvas.getContext('2d')!;
  context.fillStyle = label === 'smile' ? '#444' : '#999';
  context.fillRect(0, 0, 48, 24);
  context.fillStyle = label === 'smile' ? '#aaa' : '#333';
  context.fillRect(0, 24, 48, 24);
  for (let spot = 0; spot < 24; spot++) {
    const random = (salt: number) =>
      Math.abs(Math.sin((seed + 1) * 127.1 + spot * 311.7 + salt * 74.7) * 43758.5453) % 1;
    context.fillStyle = `rgb(${255 * random(1)} ${255 * random(2)} ${255 * random(3)})`;
    context.fillRect(48 * random(4), 48 * random(5), 9, 9);
  }
  return canvas.convertToBlob({ type: 'image/png' });
}
