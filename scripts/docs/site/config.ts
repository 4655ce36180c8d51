/** How VitePress makes the site. Nothing in it asks another server: fonts, search and code are its own. */
import { defineConfig } from 'vitepress';
import { CONTENTS } from './pages.js';

export default defineConfig({
  title: 'QCS-FER',
  description: 'Facial expression recognition inside a web page: the manual',
  lang: 'en-GB',
  lastUpdated: false,
  // Blocks are coloured as what they are; what stands behind the language tells our tests what to do with a block.
  markdown: { theme: { light: 'github-light', dark: 'github-dark' } },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    sidebar: CONTENTS.map(({ items, ...chapter }) => ({ ...chapter, items: [...items] })),
    docFooter: { prev: 'Before', next: 'Next' },
    externalLinkIcon: true,
  },
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith('qcs-') } } },
});
