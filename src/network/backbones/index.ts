/** The registry: one record a backbone that a manifest may name (weights/architectures.ts). docs/howto/backbone.md tells how one is added. */
import type { Backbone, BACKBONE_ENTRIES } from '../../weights/architectures.js';
import type { BackboneRecord } from './backbone.js';
import { ghostFaceNet } from './ghostfacenet.js';
import { ir50 } from './ir50.js';
import { mobileFaceNet } from './mobilefacenet.js';
import { resnet18 } from './resnet18.js';

export type { BackboneRecord, BackboneSizes, LastMap, LevelsBackbone, MapBackbone } from './backbone.js';

export const BACKBONES = {
  mobilefacenet: mobileFaceNet,
  ir50,
  ghostfacenet: ghostFaceNet,
  resnet18,
} as const satisfies {
  readonly [N in Backbone]: BackboneRecord & { readonly gives: (typeof BACKBONE_ENTRIES)[N]['gives'] };
};
