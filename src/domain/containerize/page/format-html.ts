import type { ImageSummary } from '../../schemas/documents.ts';
import { folderRows } from './folder-rows.ts';
import { formatSize } from '../format-size.ts';
import { formatCount } from './html-table.ts';
import { html, jsonData, path, rawElement, showText, type Html } from './html-text.ts';
import { pageScript, pageScriptSource, pageStyle, pageStyleSource } from './page-assets.ts';
import * as sections from './sections.ts';

/** No request, no form, no other script: the page has all that it needs. */
const policy = [
  "default-src 'none'",
  `script-src ${pageScriptSource}`,
  `style-src ${pageStyleSource}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * One page about an image, which needs no other file and no network. All texts are escaped; it has names and places of
 * secrets, never a value. Without scripts its tables are there all the same.
 */
export function formatHtml(summary: ImageSummary): string {
  const { workload, image } = summary;
  const title = `Image of ${workload.kind} ${workload.name}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ html: policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${rawElement('style', pageStyle)}
</head>
<body>
${header(summary, title)}
<main>
${tiles(summary)}
${warnings(summary)}
${imageSection(summary)}
${treemap(summary)}
${sectionsOf(summary).map(section)}
</main>
<footer><p>Written by crane-tasks ${summary.version} at ${summary.created} about ${path(image.name)}.</p></footer>
${rawElement('script', pageScript)}
</body>
</html>
`;
  return page.html;
}

interface SectionLook {
  readonly type?: string;
  readonly isHidden?: boolean;
}

function sectionsOf(summary: ImageSummary): readonly sections.Section[] {
  return [
    sections.areaSection(summary),
    sections.folderSection(summary),
    sections.leftOutSection(summary),
    sections.environmentSection(summary),
    sections.findingSection(summary),
    sections.packageSection(summary),
    sections.layerSection(summary),
  ];
}

function header(summary: ImageSummary, title: string): Html {
  const { workload, container, pod } = summary;
  const links = sectionsOf(summary).map(({ id, title: heading }) => html`<li><a href="#${id}">${heading}</a></li>\n`);
  return html`<header><div>
<h1>${title}</h1>
<p class="soft">Namespace ${workload.namespace}, pod ${pod}, container ${container}</p>
<nav aria-label="Sections"><ul>
<li><a href="#image">Image</a></li>
${links}</ul></nav>
</div></header>`;
}

function tiles({ image, areas, findings, leftOut, packages }: ImageSummary): Html {
  const blocking = findings.filter(({ weight }) => weight === 'blocks').length;
  const included = areas.filter((area) => area.included);
  const files = included.reduce((sum, area) => sum + area.files, 0);
  const bytes = included.reduce((sum, area) => sum + area.bytes, 0);
  const list: readonly (readonly [string, string, boolean?])[] = [
    [formatSize(image.size), 'compressed, with the base image'],
    [formatSize(image.size - image.baseSize), 'of it new'],
    [formatSize(bytes), `unpacked, in ${formatCount(files)} files`],
    [formatCount(packages.length), 'packages in the new layers'],
    [formatCount(leftOut.length), 'paths left out or changed'],
    [formatCount(blocking), 'findings that block the push', blocking > 0],
  ];
  const items = list.map(([value, label, isBad]) => {
    const type = isBad === true ? html` class="bad"` : undefined;
    return html`<li${type}><b>${value}</b><span>${label}</span></li>\n`;
  });
  return html`<ul class="tiles">
${items}</ul>`;
}

function warnings({ warnings: list }: ImageSummary): Html | undefined {
  if (list.length === 0) return undefined;
  const items = list.map((warning) => html`<li>${warning}</li>\n`);
  return section({ id: 'warnings', title: 'Warnings', body: html`<ul>${items}</ul>`, type: 'notice' });
}

function imageSection({ image, runCommand }: ImageSummary): Html {
  const command = image.entrypoint === undefined ? undefined : JSON.stringify(image.entrypoint);
  const args = image.arguments === undefined ? undefined : JSON.stringify(image.arguments);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Name', image.name],
    ['Digest', image.digest === '' ? 'not pushed' : image.digest],
    ['Base image', image.base],
    ['Platform', image.platform],
    ['Entrypoint', command],
    ['Arguments', args],
    ['Working folder', image.workingFolder],
    ['User', image.user],
    ['Ports', image.ports.length === 0 ? undefined : image.ports.join(', ')],
  ];
  const described = rows.map(([term, text]) =>
    text === undefined ? undefined : html`<dt>${term}</dt><dd>${path(text)}</dd>\n`,
  );
  const body = html`<dl>
${described}<dt>Access</dt><dd>${accessOf(image.isPublic)}</dd>
</dl>
${runPart(runCommand)}`;
  return section({ id: 'image', title: 'Image', body });
}

function accessOf(isPublic: boolean | undefined): Html {
  if (isPublic === undefined) return html`not known`;
  if (isPublic) return html`<span class="tag warn">public</span> Everyone can pull the image without a login.`;
  return html`<span class="tag good">login needed</span>`;
}

function runPart(command: string): Html | undefined {
  if (command === '') return undefined;
  const lines = command.split('\n').map((line, index) => [index === 0 ? '' : html`\n`, line]);
  return html`<div class="run"><h3>Start it</h3><button type="button" class="action" id="copy" hidden>Copy</button></div>
<pre id="run-command">${lines}</pre>`;
}

function treemap(summary: ImageSummary): Html {
  const { rows, areas } = folderRows(summary);
  const legend = areas.map(({ name, colour }) => html`<li><i class="cell-${colour}"></i>${name}</li>\n`);
  const body = html`<p class="soft">Area is size. Choose a folder to see what is in it; with the keyboard: arrow keys, Enter, Escape.</p>
<div class="map-head"><div class="crumbs" id="crumbs" role="group" aria-label="Path of the folder"></div>
<button type="button" class="action" id="up">Up</button></div>
<div class="map" id="map" role="group" aria-label="Folders by size"></div>
<ul class="legend" aria-label="Colours">${legend}</ul>
${jsonData(
  'folders-data',
  rows.map(([above, name, ...rest]) => [above, showText(name), ...rest]),
)}`;
  // The script shows it.
  return section({ id: 'sizes', title: 'Sizes', body, isHidden: true });
}

function section({ id, title, body, type = '', isHidden = false }: sections.Section & SectionLook): Html {
  const hide = isHidden ? html` hidden` : undefined;
  return html`<section id="${id}" class="${type}" aria-labelledby="${id}-title"${hide}>
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`;
}
