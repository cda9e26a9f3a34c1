import { resolve } from 'node:path';

import { build } from 'vite';

/** Builds the page of the wizard into dist/wizard-page: files that the server sends as they are. */
export async function bundlePage(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    root: resolve('pages/wizard'),
    base: '/',
    build: {
      outDir: resolve('dist/wizard-page'),
      emptyOutDir: true,
      target: 'es2024',
      // The policy of the server allows inline data in images only.
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      rolldownOptions: {
        // Packages say `use client` for servers that render React, which nothing here does.
        onLog: (level, log, print) => {
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') print(level, log);
        },
      },
    },
  });
}
