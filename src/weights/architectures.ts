/** The families and backbones that a manifest may name, and which go together. How they are built is network/'s business. */

/** What a family reads of its backbone: three levels of features, which become tokens, or its last map. */
export type BackboneOutput = 'levels' | 'map';

export interface FamilyEntry {
  /** For people. */
  readonly title: string;
  readonly reads: BackboneOutput;
}

export const FAMILIES = {
  qcs: { title: 'QCS', reads: 'levels' },
  dcs: { title: 'DCS', reads: 'levels' },
  base: { title: 'Base branch', reads: 'levels' },
  arm: { title: 'ARM', reads: 'map' },
  resnet18: { title: 'ResNet-18', reads: 'map' },
} as const satisfies Readonly<Record<string, FamilyEntry>>;

export interface BackboneEntry {
  /** For people. */
  readonly title: string;
  readonly gives: BackboneOutput;
  /** Whether an architecture may choose its `stages`. */
  readonly sized: boolean;
}

/** Every name has its record in network/backbones/. */
export const BACKBONE_ENTRIES = {
  mobilefacenet: { title: 'MobileFaceNet', gives: 'levels', sized: false },
  ir50: { title: 'IR-50', gives: 'levels', sized: true },
  ghostfacenet: { title: 'GhostFaceNet', gives: 'levels', sized: true },
  resnet18: { title: 'ResNet-18', gives: 'map', sized: false },
} as const satisfies Readonly<Record<string, BackboneEntry>>;

export type Family = keyof typeof FAMILIES;
export type Backbone = keyof typeof BACKBONE_ENTRIES;
