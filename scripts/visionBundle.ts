/**
 * MediaPipe's tasks without the part that loads scripts by their address: the recogniser hands the loader over as a module
 * (visionFactory.ts), so it is never reached, but bundlers stumble over its `importScripts` and its `import` of something unknown.
 */
import type { Plugin } from 'vite';

const MODULE = /@mediapipe[\\/]tasks-vision[\\/]vision_bundle\.mjs$/;

/** The body of the function that takes an address: a script in the page, `importScripts` or `import` in a worker. */
const LOADS_SCRIPTS =
  /\{if\("function"!=typeof importScripts\)\{let (\w)=document\.createElement\("script"\);.{0,250}?try\{importScripts\((\w)\.toString\(\)\)\}catch\(\1\)\{.{0,150}?await import\(\2\.toString\(\)\)\}\}\}/g;

/** @throws Error for a build of MediaPipe in which the part is not found once */
export function withoutScriptLoading(code: string): string {
  const found = code.match(LOADS_SCRIPTS)?.length ?? 0;
  if (found !== 1) {
    throw new Error(
      `MediaPipe's loading of scripts was found ${found} times instead of once. Install the pinned version of @mediapipe/tasks-vision.`,
    );
  }
  return code.replace(LOADS_SCRIPTS, () => '{throw new Error("MediaPipe was started without its loader.")}');
}

export function visionWithoutScriptLoading(): Plugin {
  return {
    name: 'vision-without-script-loading',
    transform: { filter: { id: MODULE }, handler: (code) => ({ code: withoutScriptLoading(code), map: null }) },
  };
}
