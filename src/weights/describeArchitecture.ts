/** An architecture in a line for people. */
import type { Architecture } from './manifest.js';

const FAMILIES = { qcs: 'QCS', dcs: 'DCS', base: 'Base branch', arm: 'ARM', resnet18: 'ResNet-18' } as const;
const BACKBONES = { mobilefacenet: 'MobileFaceNet', ir50: 'IR-50', resnet18: 'ResNet-18' } as const;

/** For example: QCS on IR-50 (stages 64x3 128x4 256x14), embedding 768, depth 2, 8 heads. */
export function describeArchitecture(architecture: Architecture): string {
  const { family, backbone, stages, embedding, depth, heads } = architecture;
  if (family === 'resnet18') return FAMILIES.resnet18;
  const sizes = stages?.map(({ channels, units }) => `${channels}x${units}`).join(' ');
  const parts = [
    `${FAMILIES[family]} on ${BACKBONES[backbone]}${sizes === undefined ? '' : ` (stages ${sizes})`}`,
    ...(embedding === undefined ? [] : [`embedding ${embedding}`]),
    ...(depth === undefined ? [] : [`depth ${depth}`]),
    ...(heads === undefined ? [] : [`${heads} heads`]),
  ];
  return parts.join(', ');
}
