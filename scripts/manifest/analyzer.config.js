/** Settings of the analyser of custom elements; elements.ts says where its output goes. */
export default {
  globs: ['src/components/**/*.ts'],
  litelement: true,
  packagejson: false,
  quiet: true,
};
