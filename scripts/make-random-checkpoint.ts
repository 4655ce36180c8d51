/**
 * Writes a full-size QCS checkpoint (IR-50, width 768, about 330 MB) with random weights, under the names and with the prefix that the
 * published trainer uses: to try conversion at its real size. `tsx scripts/make-random-checkpoint.ts FILE.pth [classes]`
 */
import { open } from 'node:fs/promises';
import { initialArrays } from '../src/network/initialise.js';
import { createNetwork } from '../src/network/network.js';
import type { NamedArray } from '../src/weights/namedArray.js';
import { torchCheckpointParts } from '../src/weights/torchCheckpoint/write.js';

const SEED = 1;
const INPUT_SIZE = 112;
const WIDTH = 768;
const TOKENS = 148;
/** Published files carry modules that nothing uses; this many inputs of the output layer bring the file to their size. */
const OUTPUT_LAYER_INPUTS = 22_000;

/** What published files hold besides the network. */
function unusedArrays(): Map<string, NamedArray> {
  const shapes: [string, number[]][] = [['ir_back.output_layer.3.weight', [512, OUTPUT_LAYER_INPUTS]]];
  for (const [head, depth] of [
    ['VIT_base', 2],
    ['VIT_cross', 1],
  ] as const) {
    shapes.push(
      [`${head}.patch_embed.proj.weight`, [WIDTH, WIDTH, 1, 1]],
      [`${head}.CON1.weight`, [WIDTH, WIDTH, 1, 1]],
    );
    shapes.push([`${head}.IRLinear1.weight`, [WIDTH, 1024]], [`${head}.IRLinear2.weight`, [512, WIDTH]]);
    for (let block = 0; block < depth; block++)
      shapes.push([`${head}.blocks.${block}.conv.weight`, [TOKENS, TOKENS, 1]]);
  }
  return new Map(
    shapes.map(([name, shape]) => [
      name,
      { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.01) },
    ]),
  );
}

async function main(path: string, classes: number): Promise<void> {
  const network = createNetwork(
    {
      family: 'qcs',
      backbone: 'ir50',
      embedding: WIDTH,
      depth: 2,
      crossDepth: 1,
      heads: 8,
      csaResidual: 'normalised',
      batchNorm: 'per-branch',
    },
    classes,
    INPUT_SIZE,
  );
  const arrays = new Map([...initialArrays(network.parameters, SEED), ...unusedArrays()]);
  const values = [...arrays.values()].reduce((sum, { data }) => sum + data.length, 0);
  const file = await open(path, 'w');
  try {
    for (const part of torchCheckpointParts(arrays, { prefix: 'module.', key: 'state_dict' })) {
      await file.write(part);
    }
  } finally {
    await file.close();
  }
  process.stdout.write(`${path}: ${arrays.size} tensors, ${values} values\n`);
}

const [path, classes = '8'] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write('Usage: tsx scripts/make-random-checkpoint.ts FILE.pth [classes]\n');
  process.exitCode = 2;
} else {
  await main(path, Number(classes));
}
