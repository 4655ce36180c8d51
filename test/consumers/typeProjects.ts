/** Other people's typed projects: what is right must pass their checker, and every deliberate mistake must be refused. */

export interface TypeProject {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  /** Contents by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly check: readonly string[];
  /** Files with one mistake each. */
  readonly wrong: readonly string[];
}

const settings = (more: object = {}) =>
  JSON.stringify({
    compilerOptions: {
      target: 'ES2022',
      module: 'ESNext',
      moduleResolution: 'bundler',
      lib: ['ES2023', 'DOM', 'DOM.Iterable'],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      jsx: 'react-jsx',
      ...more,
    },
    include: ['*'],
  });

/** Types of the entries and of the elements, without any framework. */
const library = `import { configure, type QcsFer } from 'qcs-fer/define';
import type { QcsTrain } from 'qcs-fer/define-train';
import type { QcsEvaluate } from 'qcs-fer/define-evaluate';
import type { QcsModels } from 'qcs-fer/define-models';
import { createRecognizer, displayName, type FaceObservation } from 'qcs-fer';
configure({ base: '/qcs-fer/' });
export const fer: QcsFer = document.createElement('qcs-fer');
export const train: QcsTrain | null = document.querySelector('qcs-train');
export const evaluate: QcsEvaluate | null = document.querySelector('qcs-evaluate');
export const models: QcsModels | null = document.querySelector('qcs-models');
fer.addEventListener('qcs-change', ({ detail }) => displayName(detail.to));
train?.addEventListener('qcs-train-done', ({ detail }) => detail.id.toUpperCase());
export async function read(image: HTMLImageElement): Promise<readonly FaceObservation[]> {
  const recognizer = await createRecognizer({ backend: 'wasm' });
  return (await recognizer.recognize(image)).faces;
}
`;

export const REACT: TypeProject = {
  name: 'types: React 19, TypeScript 5',
  dependencies: { react: '19.3.1', '@types/react': '19.3.0', typescript: '5.9.3' },
  files: {
    'tsconfig.json': settings(),
    'library.ts': library,
    'right.tsx': `import type {} from 'qcs-fer/react';
import type { QcsFer } from 'qcs-fer';
import { useRef } from 'react';
export function Right() {
  const element = useRef<QcsFer>(null);
  return (
    <>
      <qcs-fer
        ref={element}
        className="face"
        camera="user"
        max-faces={2}
        smoothing={100}
        recognizerProvider={undefined}
        onClick={(event) => event.currentTarget.start()}
        onqcs-change={(event) => event.detail.to.toUpperCase()}
        onqcs-error={(event) => event.detail.error.code}
      >
        <p slot="invitation">Start here</p>
      </qcs-fer>
      <qcs-train key="train" onqcs-train-done={(event) => event.detail.id.toUpperCase()} />
      <qcs-probability-bars classes={['neutral']} probabilities={{ neutral: 1 }} />
    </>
  );
}
`,
    'wrongAttribute.tsx': `import type {} from 'qcs-fer/react';\nexport const wrong = <qcs-fer camra="user" />;\n`,
    'wrongType.tsx': `import type {} from 'qcs-fer/react';\nexport const wrong = <qcs-fer smoothing="slow" />;\n`,
    'wrongDetail.tsx': `import type {} from 'qcs-fer/react';\nexport const wrong = <qcs-fer onqcs-change={(event) => event.detail.label} />;\n`,
    'wrongProperty.ts': `import type { QcsFer } from 'qcs-fer';\nexport const wrong = (element: QcsFer) => element.begin();\n`,
  },
  check: ['npx', 'tsc', '-p', '.', '--pretty', 'false'],
  wrong: ['wrongAttribute.tsx', 'wrongType.tsx', 'wrongDetail.tsx', 'wrongProperty.ts'],
};

const vue = (template: string, script = '') =>
  `<script setup lang="ts">\nimport type {} from 'qcs-fer/vue';\n${script}</script>\n<template>\n${template}\n</template>\n`;

const VUE: TypeProject = {
  name: 'types: Vue 3, strict templates',
  dependencies: { vue: '3.5.45', 'vue-tsc': '3.3.14', typescript: '5.9.3' },
  files: {
    'tsconfig.json': settings().replace(/}$/, ',"vueCompilerOptions":{"strictTemplates":true}}'),
    'library.ts': library,
    'Right.vue': vue(
      `  <qcs-fer class="face" camera="user" :max-faces="2" :smoothing="100" @qcs-change="(event) => event.detail.to.toUpperCase()" />
  <qcs-train @qcs-train-done="done" />`,
      `import type { QcsTrainEventMap } from 'qcs-fer/define-train';\nconst done = (event: QcsTrainEventMap['qcs-train-done']) => event.detail.id;\n`,
    ),
    'WrongAttribute.vue': vue('  <qcs-fer camra="user" />'),
    'WrongType.vue': vue('  <qcs-fer smoothing="slow" />'),
    'WrongDetail.vue': vue('  <qcs-fer @qcs-change="(event) => event.detail.label" />'),
  },
  check: ['npx', 'vue-tsc', '-p', '.', '--pretty', 'false'],
  wrong: ['WrongAttribute.vue', 'WrongType.vue', 'WrongDetail.vue'],
};

const svelte = (template: string) =>
  `<script lang="ts">\n  import type {} from 'qcs-fer/svelte';\n</script>\n\n${template}\n`;

const SVELTE: TypeProject = {
  name: 'types: Svelte 5',
  dependencies: { svelte: '5.57.3', 'svelte-check': '4.7.8', typescript: '5.9.3' },
  files: {
    'tsconfig.json': settings(),
    'svelte.config.js': 'export default {};\n',
    'library.ts': library,
    'Right.svelte':
      svelte(`<qcs-fer class="face" camera="user" max-faces={2} onqcs-change={(event) => event.detail.to.toUpperCase()}>
  <p slot="invitation">Start here</p>
</qcs-fer>
<qcs-train onqcs-train-done={(event) => event.detail.id.toUpperCase()}></qcs-train>`),
    'WrongAttribute.svelte': svelte('<qcs-fer camra="user"></qcs-fer>'),
    'WrongType.svelte': svelte('<qcs-fer smoothing="slow"></qcs-fer>'),
    'WrongDetail.svelte': svelte('<qcs-fer onqcs-change={(event) => event.detail.label}></qcs-fer>'),
  },
  check: ['npx', 'svelte-check', '--tsconfig', './tsconfig.json', '--output', 'machine'],
  wrong: ['WrongAttribute.svelte', 'WrongType.svelte', 'WrongDetail.svelte'],
};

export const TYPE_PROJECTS: readonly TypeProject[] = [REACT, VUE, SVELTE];

/**
 * Holds a checker's words to the project: every wrong file is refused, once, and no other is named.
 * @returns what is amiss, empty where nothing is
 */
export function judge({ wrong }: TypeProject, said: string): string {
  const errors = said.split('\n').filter((line) => /\berror\b/i.test(line) && /\.(?:tsx?|vue|svelte)\b/.test(line));
  const unexpected = errors.filter((line) => !wrong.some((file) => line.includes(file)));
  const refused = (file: string) => errors.filter((line) => line.includes(file)).length;
  const amiss = wrong.filter((file) => refused(file) !== 1).map((file) => `${file} has ${refused(file)} errors, not 1`);
  return [...unexpected, ...amiss].join('\n');
}
