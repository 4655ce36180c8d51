/** An architecture in a line for people. */
import { BACKBONE_ENTRIES, FAMILIES } from './architectures.js';
import type { Architecture } from './manifest.js';

/** For example: QCS on IR-50 (stages 64x3 128x4 256x14), embedding 768, depth 2, 8 heads. */
export function describeArchitecture(architecture: Architecture): string {
  const { family, backbone, stages, embedding, depth, heads } = architecture;
  if (family === 'resnet18') return FAMILIES[family].title;
  const sizes = stages?.map(({ channels, units }) => `${channels}x${units}`).join(' ');
  const parts = [
    `${FAMILIES[family].title} on ${BACKBONE_ENTRIES[backbone].title}${sizes === undefined ? '' : ` (stages ${sizes})`}`,
    ...(embedding === undefined ? [] : [`embedding ${embedding}`]),
    ...(depth === undefined ? [] : [`depth ${depth}`]),
    ...(heads === undefined ? [] : [`${heads} heads`]),
  ];
  return parts.join(', ');
}
