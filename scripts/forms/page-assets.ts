import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { build } from 'esbuild';

const folder = 'pages/image-report';

/** Script and style of the page about an image, as a part of the programs: the bundle has no files beside it. */
export async function formatPageAssets(): Promise<string> {
  const style = await readFile(`${folder}/style.css`, 'utf8');
  const { outputFiles } = await build({
    entryPoints: [`${folder}/main.ts`],
    tsconfig: 'pages/tsconfig.json',
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    minifyWhitespace: true,
    minifySyntax: true,
  });
  const script = outputFiles.map(({ text }) => text).join('');
  for (const text of [style, script]) if (/<\/|<!--/.test(text)) throw new Error('an asset would end its element');
  return [
    `// Generated from ${folder}: run \`make generate\`.`,
    '',
    `export const pageStyle = ${JSON.stringify(style)};`,
    `export const pageScript = ${JSON.stringify(script)};`,
    '/** Sources that the Content-Security-Policy of the page allows. */',
    `export const pageStyleSource = ${JSON.stringify(sourceOf(style))};`,
    `export const pageScriptSource = ${JSON.stringify(sourceOf(script))};`,
    '',
  ].join('\n');
}

function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
