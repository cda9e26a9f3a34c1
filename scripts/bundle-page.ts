import { resolve } from 'node:path';

import { build, type Plugin } from 'vite';

/**
 * Names the files of the start page in index.html: the browser loads them while the first script sends its requests. That
 * script waits neither for the document nor for its style sheet.
 */
const startFiles: Plugin = {
  name: 'start-files',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { bundle = {} }) => ({
      html,
      tags: Object.keys(bundle)
        .filter((file) => /^assets\/start-[^/]+\.(?:js|css)$/.test(file))
        .map((file) => ({
          tag: 'link',
          attrs: { rel: file.endsWith('.css') ? 'stylesheet' : 'modulepreload', crossorigin: true, href: `/${file}` },
          injectTo: 'head' as const,
        })),
    }),
  },
};

/** Builds the page of the wizard into dist/wizard-page: files that the server sends as they are. */
export async function bundlePage(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    root: resolve('pages/wizard'),
    base: '/',
    plugins: [startFiles],
    build: {
      chunkSizeWarningLimit: 800,
      outDir: resolve('dist/wizard-page'),
      emptyOutDir: true,
      target: 'es2024',
      // The policy of the server allows inline data in images only.
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      rolldownOptions: {
        // What the start page needs is one script and one style sheet: each file costs a request and a compilation. Only
        // what sends requests is in a script of its own, before it.
        output: {
          codeSplitting: {
            groups: [
              { name: 'requests', test: /[/\\]pages[/\\]wizard[/\\]http[/\\]|vite[/\\]preload-helper/, priority: 1 },
              { name: 'start', test: /[/\\]pages[/\\]wizard[/\\]start\.tsx$/ },
            ],
          },
        },
        // Packages say `use client` for servers that render React, which nothing here does.
        onLog: (level, log, print) => {
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') print(level, log);
        },
      },
    },
  });
}
